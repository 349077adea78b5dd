import { startSimulator } from "@livekeeper/simulator";
import { expect, onTestFinished, test } from "vitest";
import { Receiver } from "../../packages/targets/src/receiver.helpers.ts";
import { until } from "../kit/until.ts";
import type { ClusterNode } from "./nodes.ts";
import { hasNats, startNodes } from "./start-nodes.ts";

const skipped = hasNats ? "" : " (skipped: no nats-server)";

const allowed = { target_allow_private: true };

interface Notice {
	state: string;
	subject: string;
	condition: string;
}

test.skipIf(!hasNats)(
	`reports a dead node once, and a stopped one never${skipped}`,

	async () => {
		const simulator = await startSimulator({ rooms: 1, rate: 1, seed: 1, port: 0 });
		onTestFinished(() => simulator.close());
		const { nodes, close } = await startNodes(simulator, { a: 1, b: 1, c: 1 }, () => allowed);
		onTestFinished(close);
		const [a, b, c] = nodes as [ClusterNode, ClusterNode, ClusterNode];
		const receiver = await Receiver.listen();
		onTestFinished(() => receiver.close());
		const notices = () => {
			// Delivery is at least once: a duplicate has the same id.
			const once = new Map(receiver.bodies.map((body) => [body.delivery_id, body]));
			return [...once.values()].flatMap((body) =>
				(body as { notices?: Notice[] }).notices?.map(({ subject, condition }) => `${subject} ${condition}`),
			);
		};
		const untilNotified = (all: string[]) =>
			until(`${all.join(", ")} are notified`, () => notices().length >= all.length, { describe: notices });
		const input = { settings: { url: receiver.url }, live_ids: "*", states: ["node_lost"], pace: { hold_seconds: 0 } };
		expect((await b.service.request("POST", "/api/v1/targets", input)).status).toBe(201);

		await a.service.stop("SIGKILL");
		await untilNotified(["a lost"]);
		await a.service.start();
		await untilNotified(["a lost", "a fine"]);
		await b.service.stop("SIGTERM");
		await c.service.stop("SIGKILL");
		// The loss of the other node would have been reported before it.
		await untilNotified(["a lost", "a fine", "c lost"]);
		expect(notices()).toEqual(["a lost", "a fine", "c lost"]);
	},
);

test.skipIf(!hasNats)(
	`delivers in order under one limit, across a kill${skipped}`,

	async () => {
		const perMinute = 30;
		const simulator = await startSimulator({ rooms: 6, rate: 2, seed: 1, port: 0 });
		onTestFinished(() => simulator.close());
		const { nodes, close } = await startNodes(simulator, { one: 1, two: 1, three: 1 }, () => allowed);
		onTestFinished(close);
		const [one, other] = nodes as [ClusterNode, ClusterNode, ClusterNode];
		const receiver = await Receiver.listen();
		onTestFinished(() => receiver.close());
		const input = { settings: { url: receiver.url }, live_ids: "*", pace: { max_per_minute: perMinute } };
		const begunAt = performance.now();
		const created = await other.service.request("POST", "/api/v1/targets", input);
		expect(created.status).toBe(201);
		const liveIds = simulator.rooms.map(({ liveId }) => liveId);
		for (const liveId of liveIds) await other.service.startRoom(liveId);
		const received = (liveId: string) => {
			const once = new Map(receiver.bodies.map((body) => [body.delivery_id, body]));
			return [...once.values()].flatMap(({ live_id, events }) =>
				live_id === liveId ? events.map(({ seq }) => seq) : [],
			);
		};
		await until("an event of every room is delivered", () => liveIds.every((liveId) => received(liveId).length > 0));
		await until("the limit is reached", () => receiver.requests.length >= perMinute);
		const ownersOf = async () => (await other.rooms()).map(({ node }) => node);
		expect(new Set(await ownersOf()).size).toBe(3);
		await one.service.stop("SIGKILL");
		await until("the other nodes have its rooms", async () => !(await ownersOf()).includes("one"));
		await until("all are connected", async () => (await other.rooms()).every(({ state }) => state === "connected"));
		for (const liveId of liveIds) await other.service.request("POST", "/api/live/stop", { live_id: liveId });
		const { id } = (created.body as { target: { id: string } }).target;
		const newest = async () => {
			const { body } = await other.service.request("GET", `/api/v1/targets/${id}`);
			const { rooms } = body as { rooms: { live_id: string; last_seq: number }[] };
			return new Map(rooms.map(({ live_id, last_seq }) => [live_id, last_seq]));
		};
		const areWhole = async () => {
			const due = await newest();
			return liveIds.every((liveId) => received(liveId).at(-1) === due.get(liveId));
		};
		await until("every stored event has arrived", areWhole);
		for (const liveId of liveIds) {
			const seqs = received(liveId);
			expect(seqs).toEqual(seqs.map((_, n) => n + 1));
		}
		const minutes = Math.ceil((performance.now() - begunAt) / 60_000);
		expect(receiver.requests.length).toBeLessThanOrEqual(perMinute * minutes);
	},
);
