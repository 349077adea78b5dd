import { expect, test } from "vitest";
import { hasNats } from "../../packages/log/src/event-log/jetstream/nats-servers.helpers.ts";
import { clusterRun } from "./cluster-run.ts";

test.skipIf(!hasNats)(
	`keeps every message once, in order, for hopping readers${hasNats ? "" : " (skipped: no nats-server)"}`,

	async () => {
		const plan = ["kill", "term", "leader", "freeze"] as const;
		const report = await clusterRun({ rooms: 8, rate: 4, seed: 1, plan, awayMs: 12_000 });
		const kept = {
			roomsThatDiffer: [],
			historiesThatDiffer: [],
			gaps: [],
			readDifferently: [],
			readersThatDiffer: [],
			exitCodes: [0],
		};
		expect(report.stopped).toBeUndefined();
		expect(report, JSON.stringify(report, null, 2)).toMatchObject(kept);
		expect(report.recoveries).toHaveLength(plan.length);
		expect(report.sent).toBeGreaterThan(200);
	},
);
