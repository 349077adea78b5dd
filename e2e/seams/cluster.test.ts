import { expect, test } from "vitest";
import { hasNats } from "../../packages/log/src/event-log/jetstream/nats-servers.helpers.ts";
import { clusterRun } from "../cluster/cluster-run.ts";

test.skipIf(!hasNats)("moves the rooms of a killed node to the others", async () => {
	const report = await clusterRun({ rooms: 4, rate: 4, seed: 2, plan: ["kill"], awayMs: 3_000 });
	expect(report.stopped).toBeUndefined();
	expect(report, JSON.stringify(report, null, 2)).toMatchObject({
		roomsThatDiffer: [],
		historiesThatDiffer: [],
		gaps: [],
		readDifferently: [],
		readersThatDiffer: [],
	});
	expect(report.recoveries).toHaveLength(1);
});
