// In the page's own thread, as the others do it, until a worker has started.
import { createRuntime } from 'heatlens';
import { download, finish, input } from './page.mjs';

const runtime = createRuntime({ headStart: true });
const model = await runtime.load(await download('mnist-cnn.onnx'));
const { relevance } = await model.explain(input, { method: 'saliency', norm: 'abs', target: 3 });
finish(relevance);
