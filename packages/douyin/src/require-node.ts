import { nodeProblem } from "./node-version.ts";

/*
 * Imported before anything else: every program with livekeeper in it comes by here. On an older Node the library of the
 * databases would end the process without a word.
 */
if (nodeProblem) throw new Error(`${nodeProblem.en}\n${nodeProblem.zh}`);
