#!/usr/bin/env node
// Nothing else is loaded before this: on an older Node the database's library ends the process without a word.
import { nodeProblem } from "@livekeeper/douyin/node-version";

if (nodeProblem) {
	console.error(nodeProblem.en);
	console.error(nodeProblem.zh);
	process.exit(1);
}
const { main } = await import("../dist/cli/main.js");

await main(process.argv);
