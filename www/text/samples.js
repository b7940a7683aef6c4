// Texts written for this page; none is from the data set. `group`: the newsgroup that each might stand in.

export const SAMPLES = [
  {
    title: 'Space medicine',
    group: 'sci.med',
    text:
      'Half of the crew felt sick on their first day in orbit. The doctors blame the inner ear: it expects ' +
      'gravity and finds none, so the brain gets signals that contradict each other. Two astronauts took pills ' +
      'against nausea before the launch and still could not eat until the shuttle had been up for twelve hours. ' +
      'The physician on board measured their blood pressure every morning. Nobody was ill after landing.',
  },
  {
    title: 'A used motorcycle',
    group: 'rec.motorcycles',
    text:
      'I am looking at a seven year old bike with a new chain and worn tires. The owner says that it was never ' +
      'dropped, but the left lever is bent and the mirror does not match. He will throw in a helmet and a cover ' +
      'if I pay cash this weekend. Is that a fair price, or should I keep riding my old one until spring?',
  },
  {
    title: 'A key of eighty bits',
    group: 'sci.crypt',
    text:
      'Who is going to hold the two halves of the key? If the government can ask both agencies for them, then ' +
      'the chip protects my phone calls from everybody but the people I worry about. Publish the algorithm, let ' +
      'anyone try to break it, and keep the secret keys at home. Encryption that must be trusted unseen is not ' +
      'security.',
  },
  {
    title: 'Overtime',
    group: 'rec.sport.hockey',
    text:
      'What a third period. They were down by two goals with six minutes to play, pulled the goalie, scored ' +
      'twice on the power play and won it in overtime on a rebound. The coach kept the fourth line on the bench ' +
      'for most of the night. If the defense wakes up, this team will go far in the playoffs.',
  },
  {
    title: 'A screen that flickers',
    group: 'comp.sys.ibm.pc.hardware',
    text:
      'After I put the second card into the last free slot the monitor flickers whenever the hard drive is busy. ' +
      'The driver is the one from the disk that came with it. I tried another address and another interrupt, and ' +
      'I swapped the memory. Does anyone know whether this board can share the bus with a SCSI controller at all?',
  },
];
