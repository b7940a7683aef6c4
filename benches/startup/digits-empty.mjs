// Nothing but the download of the digits page's model.
import { finish } from './page.mjs';

await (await fetch('../../../../www/models/digits-cnn.onnx')).arrayBuffer();
finish();
