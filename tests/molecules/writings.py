"""Writes writings.json.gz: molecules of the project's own list, each in many writings, with the atoms paired by RDKit.

    pip install rdkit==2026.9.1 && python tests/molecules/writings.py

A molecule is a core with a group at one of its open places, or one of OTHERS. Its writings: 20 random orders of the atoms
(seeded), Kekulé, all atoms in brackets, all atoms mapped. `order` gives for each atom of a writing the atom of the first
writing; `orbits` a number for each atom of the first writing, equal for atoms that RDKit's canonical ranks do not tell
apart.
"""

import gzip
import json
import random
from pathlib import Path

from rdkit import Chem, RDLogger, rdBase
from rdkit.Chem.rdMolDescriptors import CalcMolFormula

ORDERS = 20
# {} is where the two are joined.
CORES = """
c1ccccc1{} c1ccc2ccccc2c1{} c1ccc2cc3ccccc3cc2c1{} c1ccc2c(c1)ccc1ccccc12{} c1ccncc1{} c1ccnc(c1){} c1cnccn1{} c1cncnc1{}
c1ccc2ncccc2c1{} c1ccc2cnccc2c1{} c1ccc2nc3ccccc3cc2c1{} c1ccoc1{} c1ccsc1{} c1cc[nH]c1{} c1cnoc1{} c1cscn1{}
c1c[nH]cn1{} c1cc2ccccc2[nH]1{} c1ccc2[nH]cnc2c1{} c1ccc2[nH]nnc2c1{} c1ccc2c(c1)oc1ccccc12{} c1ccc2c(c1)sc1ccccc12{}
c1ccc2c(c1)[nH]c1ccccc12{} c1ccc2c(c1)Cc1ccccc1-2{} O=c1ccc2ccccc2o1{} O=c1cc(-c2ccccc2)oc2ccccc12{} O=c1cccc[nH]1{}
O=c1cc[nH]c(=O)[nH]1{} O=C1C=CC(=O)C=C1{} O=C1C=CC(=O)c2ccccc12{} O=C1c2ccccc2C(=O)c2ccccc12{} c1ccc2cccc-2cc1{}
c1cc2cccccc-2c1{} [O-][n+]1ccccc1{} C[n+]1ccccc1{} c1ccn2cccc2c1{} c1cnc2ncnc-2[nH]1{} c1ncc2nc[nH]c2n1{} C1CCCCC1{}
C1CCNCC1{} C1COCCN1{} C1CCCC1{} C1CC1{} C1CO1{} C1CN1{} C=CC{} C#CC{} CCC{} CC(C)C{} CCOC(=O)C{} OC(=O)CC{} NC(=O)C{}
c1ccc(-c2ccccc2)cc1{} c1ccc(cc1)N=Nc1ccccc1{} c1ccc(cc1)C=Cc1ccccc1{} S=c1[nH]cccc1{} c1nnc[nH]1{} c1nnn[nH]1{}
""".split()
GROUPS = """
{}C {}O {}N {}Cl {}[N+](=O)[O-] {}C(=O)O {}C(=O)[O-] {}S(=O)(=O)O {}S(=O)(=O)[O-] {}C#N {}N=[N+]=[N-] {}OC {}N(C)C {}S(C)=O
{}C=O {}NO {}N=O {}[N+]#N {}[NH3+] {}C(N)=[NH2+] {}NC(N)=[NH2+] {}P(=O)(O)[O-] {}CCl {}C(F)(F)F
""".split()
EACH = 12
OTHERS = """
CN(C)c1ccc(cc1)C(=C1C=CC(=[N+](C)C)C=C1)c1ccc(N(C)C)cc1 CN(C)c1ccc2nc3ccc(cc3[s+]c2c1)N(C)C
CCN(CC)c1ccc2c(c1)oc1cc(=[N+](CC)CC)ccc1c2-c1ccccc1C(=O)O Nc1ccc2cc3ccc(N)cc3[nH+]c2c1 Nc1ccc(cc1)C(=C1C=CC(=[NH2+])C=C1)c1ccc(N)cc1
CN1C=CC(=CC=CC2=CC=[N+](C)C=C2)C=C1 c1cc2cc3ccc(cc4ccc(cc5ccc(cc1n2)[nH]5)n4)[nH]3 c1ccccc2cc3c(c1-2)cccc3
C1=CC=CC=CC=C1 CC1=C(C)C=CC=CC=C1 c1cc2ccc3cccc4ccc(c1)c2c34 C[S+](C)[O-] C[S+](C)[O-].[Na+].[Cl-] [O-]Cl(=O)(=O)=O
[O-][N+](=O)[O-] [O-][N+]=O CO[N+](=O)[O-] [N-]=[N+]=[N-] C=[N+]=[N-] CC(=O)C=[N+]=[N-] C[N+](C)(C)[O-] C[N+]#[C-] [C-]#N [S-]C#N
[O-]C#N [cH-]1cccc1 c1ccc[cH+]cc1 [O-]c1ccccc1 [O-]C(=O)C(=O)[O-] [O-]P(=O)([O-])[O-] [O-]S(=O)(=O)[O-] CP(C)(C)=C C[P+](C)(C)[CH2-]
CC(=O)[CH-]C(C)=O O=C1NC(=O)c2ccccc12 CN1C(=O)N(C)c2ncn(C)c2C1=O Cn1cnc2c1c(=O)n(C)c(=O)n2C Nc1ncnc2c1ncn2C
O=c1[nH]cnc2[nH]cnc12 Nc1cc[nH]c(=O)n1 CC1=CC(=O)C=CC1=O C[N+](C)(C)CC(=O)[O-] NCC(=O)O [NH3+]CC(=O)[O-] [O-][n+]1ccccc1[O-]
O=[n+]1cccc[cH-]1 C1=CC2=CC=CC2=C1 c1ccc2c(c1)C=CC2 B(O)(O)c1ccccc1 F[B-](F)(F)c1ccccc1 C[Si](C)(C)c1ccccc1 O=[As](O)(O)c1ccccc1
c1cc[se]c1 c1ccpcc1 CC(C)(C)O[N+]([O-])=O O=[N+]([O-])c1ccc(cc1)[N+](=O)[O-] CN=C=O CN=C=S CC(=O)OO ClC(Cl)(Cl)Cl OO NN C=C=C
C12C3C4C1C5C2C3C45 C1CC2CCC1C2 CC12CCC(CC1)C2(C)C C[C@H](N)C(=O)O C/C=C/C F/C=C\\F [13CH3]O CCO.[Na+].[Cl-]
[Na+].[O-]c1ccccc1 CS(=O)(=O)[N-]c1ccccc1.[Na+] CC(=O)[N-]C(C)=O O=C([O-])c1ccccc1C(=O)[O-] C[n+]1cccc2ccccc21 Cn1cc[n+](C)c1
c1cc[o+]cc1 c1ccc2[o+]cccc2c1 c1cc[s+]cc1 C1=[N+](C)CCC1 CC=[N+](C)[O-] c1ccc(cc1)N=[N+]([O-])c1ccccc1 O=Nc1ccccc1 CN(C)N=O
""".split()


def molecules():
    """The list, each once."""
    found = {}
    texts = list(OTHERS)
    draw = random.Random(1)
    for core in CORES:
        texts.append(core.replace("{}", ""))
        for group in draw.sample(GROUPS, EACH):
            texts.append(core.replace("{}", group.replace("{}", "")))
    for text in texts:
        molecule = Chem.MolFromSmiles(text)
        if molecule is None:
            continue
        found.setdefault(Chem.MolToSmiles(molecule), molecule)
    return found


def writing(molecule, **how):
    """A SMILES with the molecule's atoms in the order of the text."""
    text = Chem.MolToSmiles(molecule, **how)
    order = list(molecule.GetPropsAsDict(True, True)["_smilesAtomOutputOrder"])
    return {"smiles": text, "order": order}


def main():
    RDLogger.DisableLog("rdApp.*")
    rows = []
    for text, _ in molecules().items():
        # Read again, so that the first writing's order is that of the molecule.
        molecule = Chem.MolFromSmiles(text)
        orbits = list(Chem.CanonicalRankAtoms(molecule, breakTies=False, includeChirality=False, includeIsotopes=False))
        writings = []
        draw = random.Random(text)
        for _ in range(ORDERS):
            order = list(range(molecule.GetNumAtoms()))
            draw.shuffle(order)
            turned = Chem.RenumberAtoms(molecule, order)
            made = writing(turned, canonical=False)
            writings.append({"smiles": made["smiles"], "order": [order[atom] for atom in made["order"]]})
        kekule = Chem.Mol(molecule)
        Chem.Kekulize(kekule, clearAromaticFlags=True)
        writings.append(writing(kekule, kekuleSmiles=True, canonical=False))
        writings.append(writing(molecule, allHsExplicit=True, canonical=False))
        mapped = Chem.Mol(molecule)
        for atom in mapped.GetAtoms():
            atom.SetAtomMapNum(atom.GetIdx() + 1)
        writings.append(writing(mapped, canonical=False))
        rows.append({"smiles": text, "formula": CalcMolFormula(molecule), "orbits": orbits, "writings": writings})
    out = Path(__file__).with_name("writings.json.gz")
    data = {"rdkit": rdBase.rdkitVersion, "molecules": rows}
    with open(out, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write((json.dumps(data, separators=(",", ":")) + "\n").encode())
    print(f"{len(rows)} molecules, {sum(len(row['writings']) for row in rows)} writings, {out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
