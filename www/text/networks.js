// The two networks that read the text.

export const MODELS = {
  linear: { title: 'Linear, tf-idf', file: '../models/text-linear.onnx' },
  cnn: { title: 'Convolutional, word embeddings', file: '../models/text-cnn.onnx' },
};

export const other = (id) => (id === 'linear' ? 'cnn' : 'linear');
