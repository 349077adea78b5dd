import { nodeProblem } from "./node-version.ts";

/*
 * Imported first by every program that contains livekeeper. On an older Node the database library would end the process
 * without a message.
 */
if (nodeProblem) throw new Error(`${nodeProblem.en}\n${nodeProblem.zh}`);
