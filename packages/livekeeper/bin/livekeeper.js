#!/usr/bin/env node
// Nothing else is loaded before this: on an older Node the database's library ends the process without a word.
import { nodeProblem } from "@livekeeper/douyin/node-version";

if (nodeProblem) {
	console.error(nodeProblem.en);
	console.error(nodeProblem.zh);
	process.exit(1);
}
// Of what follows nothing is compiled that the last run compiled.
const { keepCompiled } = await import("../dist/config/compile-cache.js");
keepCompiled();
const { main } = await import("../dist/cli/main.js");

await main(process.argv);
