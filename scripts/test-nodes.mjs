// `npm run test:nodes [-- vitest's arguments]`: runs the whole suite on each version of Node that livekeeper supports.
import { ensureBuilt, ensureInstalled } from "./ensure.mjs";
import { nodeOf, versions } from "./nodes.mjs";
import { runVitest } from "./vitest-run.mjs";

await ensureInstalled();
ensureBuilt();
const rows = [];
for (const version of versions) {
	const node = await nodeOf(version);
	console.log(`— Node ${version}`);
	const args = process.argv.slice(2);
	rows.push({ node: version, ...(await runVitest(args, node)) });
}
console.table(rows);
process.exitCode = rows.every(({ passed, failed }) => passed > 0 && failed === 0) ? 0 : 1;
