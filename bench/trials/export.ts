import { parseArgs } from "node:util";
import { exportRun } from "../kit/export-run.ts";

/**
 * Exports a room's events as files for office programs: is every row there, and does the memory for all of them equal
 * that for a tenth of them?
 *
 *   npm run trial -- export --events 1000000
 */
const { values } = parseArgs({ options: { events: { type: "string", default: "1000000" } } });
const mb = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`;
const files = await exportRun(Number(values.events), (line) => console.log(line));
for (const { name, rows, expected, tenthBytes, wholeBytes } of files) {
	console.log(`${name}: ${rows} of ${expected} rows; ${mb(tenthBytes)} for a tenth of them, ${mb(wholeBytes)} for all`);
}
const kept = files.every((file) => file.rows === file.expected && file.wholeBytes - file.tenthBytes < 128 * 2 ** 20);
console.log(kept ? "Memory does not grow with the rows." : "Rows are missing, or memory grows with them.");
process.exitCode = kept ? 0 : 1;
