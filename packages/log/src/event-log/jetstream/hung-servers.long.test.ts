import { systemClock } from "@livekeeper/douyin";
import { jetstreamManager } from "@nats-io/jetstream";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { idsOf, readAll } from "../conformance.helpers.ts";
import { chats } from "../events.helpers.ts";
import { quietLogger } from "../sqlite/stores.helpers.ts";
import { connectNats } from "./connect.ts";
import { hasNats, type NatsServer, type NatsServers, startNatsServers } from "./nats-servers.helpers.ts";
import { openJetStreamEventLog } from "./open.ts";

const stream = "hung-ev-0";

/** One of the servers is suspended with its connections open; to the others this looks like a machine without power. */
describe.skipIf(!hasNats)("one hanging NATS server of three", () => {
	let nats: NatsServers;
	beforeEach(async () => {
		nats = await startNatsServers(3);
	});
	afterEach(() => nats.stop());

	/**
	 * Starts a node.
	 * @returns also its server and the others.
	 * @param isLeader whether its server leads the log's stream
	 */
	async function startNode(isLeader: boolean) {
		const options = {
			...{ servers: nats.urls, node: "a", clock: systemClock, logger: quietLogger, secret: "a test" },
			...{ prefix: "hung", partitions: 1, groupCommitMs: 2 },
		};
		const connected = await connectNats(options);
		const log = await openJetStreamEventLog(options, connected);
		onTestFinished(() => log.close());
		const faults: unknown[] = [];
		log.onStatus(({ fault }) => faults.push(fault));
		const own = serverOf(connected.nc.info?.server_name);
		await untilLed(connected.nc, (leader) => (leader === own) === isLeader);
		return { log, connected, faults, own, others: nats.servers.filter((server) => server !== own) };
	}

	function serverOf(name: string | undefined): NatsServer {
		const server = nats.servers.find((one) => one.name === name);
		if (!server) throw new Error(`there is no server ${name}`);
		return server;
	}

	/** Makes the log's stream elect leaders until one is right. */
	async function untilLed(nc: Parameters<typeof jetstreamManager>[0], isRight: (leader: NatsServer) => boolean) {
		const jsm = await jetstreamManager(nc, { checkAPI: false });
		await vi.waitFor(
			async () => {
				const { cluster } = await jsm.streams.info(stream);
				const leads = isRight(serverOf(cluster?.leader));
				if (!leads) await nc.request(`$JS.API.STREAM.LEADER.STEPDOWN.${stream}`);
				expect(leads).toBe(true);
			},
			{ interval: 200 },
		);
	}

	test("reads every page, though any replica may be asked", async () => {
		const { log, others } = await startNode(true);
		for (let n = 1; n <= 60; n++) {
			log.append({ liveId: "room", events: chats(n, n) });
			await log.flush();
		}
		for (const [index, other] of others.entries()) {
			await other.freeze();
			// From the end backwards: no page ends where another begins, so each position has to be searched for.
			for (let after = 57 - index; after > 30; after -= 3) {
				const { events } = await log.read("room", { after, limit: 3 });
				expect(idsOf(events)).toEqual(chats(after + 1, after + 3).map(({ id }) => id));
			}
			other.thaw();
		}
	});

	test("reads on if the server of its consumer hangs", async () => {
		const { log, connected, own } = await startNode(true);
		for (let n = 1; n <= 300; n++) {
			log.append({ liveId: "room", events: chats(n, n) });
			await log.flush();
		}
		const jsm = await jetstreamManager(connected.nc, { checkAPI: false });
		const messages = connected.streams.messages("room");
		const takeSome = async () => {
			const range = messages.range(1, Number.POSITIVE_INFINITY)[Symbol.asyncIterator]();
			// So many that a consumer delivers them.
			for (let n = 0; n < 20; n++) await range.next();
			const leaders: (string | undefined)[] = [];
			for await (const { cluster } of jsm.consumers.list(stream)) leaders.push(cluster?.leader);
			const at = leaders.find((leader) => leader !== undefined);
			if (at !== own.name && at !== undefined) return { range, at };
			await range.return?.();
			return undefined;
		};
		const { range, at } = await vi.waitFor(
			async () => {
				const some = await takeSome();
				if (!some) throw new Error("its consumer lies where the stream's leader is");
				return some;
			},
			{ interval: 100 },
		);
		await serverOf(at).freeze();
		let taken = 20;
		for (let next = await range.next(); !next.done; next = await range.next()) taken++;
		serverOf(at).thaw();
		expect(taken).toBeGreaterThanOrEqual(300);
	});

	test("stores through another server before storage counts as failing", async () => {
		const { log, faults, own } = await startNode(false);
		log.append({ liveId: "room", events: chats(1, 1) });
		await log.flush();
		await own.freeze();
		log.append({ liveId: "room", events: chats(2, 3) });
		await log.flush();
		expect(faults).toEqual([]);
		expect(idsOf(await readAll(log, "room"))).toEqual(chats(1, 3).map(({ id }) => id));
	});
});
