// Nothing but the download of the weights: no page with this network can be faster.
import { download, finish } from './page.mjs';

await download('mnist-cnn.onnx');
finish();
