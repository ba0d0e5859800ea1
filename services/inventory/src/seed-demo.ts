import { addDemoProducts } from './products/demo-products.ts';
import { runSetUp } from './schema/set-up.ts';

await runSetUp('inventory-seed-demo', addDemoProducts);
