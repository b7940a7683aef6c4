import { load } from 'heatlens';
import { download, finish, input } from './page.mjs';

const model = await load(await download('mnist-cnn.onnx'));
const { relevance } = await model.explain(input, { method: 'saliency', norm: 'abs', target: 3 });
finish(relevance);
