import { startSimulator } from "@livekeeper/simulator";
import { expect, onTestFinished, test } from "vitest";
import { Receiver } from "../../packages/livekeeper/src/outputs/targets/receiver.helpers.ts";
import { until } from "../kit/until.ts";
import type { ClusterNode } from "./nodes.ts";
import { hasNats, startNodes } from "./start-nodes.ts";

interface Notice {
	state: string;
	subject: string;
	condition: string;
}

test.skipIf(!hasNats)(
	`a node that dies is told once, also where it was the one that tells, and one that is stopped is not${hasNats ? "" : " (skipped: no nats-server)"}`,
	{ timeout: 180_000 },
	async () => {
		const simulator = await startSimulator({ rooms: 1, rate: 1, seed: 1, port: 0 });
		onTestFinished(() => simulator.close());
		const { nodes, close } = await startNodes(simulator, { a: 1, b: 1, c: 1 }, { target_allow_private: true });
		onTestFinished(close);
		const [a, b, c] = nodes as [ClusterNode, ClusterNode, ClusterNode];
		const receiver = await Receiver.listen();
		onTestFinished(() => receiver.close());
		const told = () => {
			// At least once: one that comes again has the same id.
			const once = new Map(receiver.bodies.map((body) => [body.delivery_id, body]));
			return [...once.values()].flatMap((body) =>
				(body as { notices?: Notice[] }).notices?.map(({ subject, condition }) => `${subject} ${condition}`),
			);
		};
		const untilTold = (all: string[]) =>
			until(`${all.join(", ")} are told`, () => told().length >= all.length, { limitMs: 60_000, describe: told });
		const input = { settings: { url: receiver.url }, live_ids: "*", states: ["node_lost"] };
		expect((await b.service.request("POST", "/api/v1/targets", input)).status).toBe(201);

		await a.service.stop("SIGKILL");
		await untilTold(["a lost"]);
		await a.service.start();
		await untilTold(["a lost", "a fine"]);
		await b.service.stop("SIGTERM");
		await c.service.stop("SIGKILL");
		// That the other one was lost would have come before it.
		await untilTold(["a lost", "a fine", "c lost"]);
		expect(told()).toEqual(["a lost", "a fine", "c lost"]);
	},
);
