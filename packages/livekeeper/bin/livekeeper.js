#!/usr/bin/env node
// Nothing else is loaded before this: on an older Node the database's library ends the process without a word.
import { nodeProblem } from "@livekeeper/douyin/node-version";

if (nodeProblem) {
	console.error(nodeProblem.en);
	console.error(nodeProblem.zh);
	process.exit(1);
}
// Process 1, as which a container runs it, gets no signal that it doesn't listen for: a stop that comes before the command
// listens itself would be lost, and the container killed when its time is over.
if (process.pid === 1) {
	for (const [signal, number] of Object.entries({ SIGINT: 2, SIGTERM: 15 })) {
		process.on(signal, () => process.listenerCount(signal) === 1 && process.exit(128 + number));
	}
}
// Node reuses what the last run compiled.
const { keepCompiled } = await import("../dist/bundle/compile-cache.js");
keepCompiled();
const { main } = await import("../dist/bundle/main.js");

await main(process.argv);
