/** Nothing in, the short edges of pickles.ts as JSON out, for generate.py. */
import { EDGES } from "./pickles.ts";

process.stdout.write(JSON.stringify(EDGES.filter(({ length }) => length < 400)));
