#!/usr/bin/env node
// Nothing is loaded before this: on an older Node the database's library ends the process without a word.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 14)) {
	console.error(
		`livekeeper needs Node 22.14 or later; this is ${process.versions.node}. Install Node 24 from https://nodejs.org, or use npm start in a clone.`,
	);
	console.error(
		`livekeeper 需要 Node 22.14 或更新的版本，当前是 ${process.versions.node}。请从 https://nodejs.org 安装 Node 24。`,
	);
	process.exit(1);
}
const { main } = await import("../dist/cli/main.js");

await main(process.argv);
