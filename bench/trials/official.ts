import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { pushRun } from "../../packages/livekeeper/src/official/push-run.helpers.ts";

/**
 * Gifts that the open platform pushes, with loss, duplicates, disorder, lost answers, failures in a row, a restart and
 * expiring tokens: is each stored once, and none missing after the lookup of failed deliveries?
 *
 *   npm run trial -- official --gifts 100000
 */
const { values } = parseArgs({ options: { gifts: { type: "string", default: "100000" } } });

const folder = mkdtempSync(join(tmpdir(), "livekeeper-official-"));
const startedAt = performance.now();
try {
	const { happened, stored, status, failures } = await pushRun(folder, Number(values.gifts));
	const distinct = new Set(stored);
	console.table({
		happened: happened.length,
		stored: stored.length,
		"stored twice": stored.length - distinct.size,
		missing: happened.filter((id) => !distinct.has(id)).length,
		"callbacks that failed here": failures,
		"entries looked up since the restart": status.lookedUp,
		seconds: Math.round((performance.now() - startedAt) / 1000),
	});
	process.exitCode = distinct.size === happened.length && stored.length === happened.length ? 0 : 1;
} finally {
	rmSync(folder, { recursive: true, force: true });
}
