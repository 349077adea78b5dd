import { ManualClock } from "@livekeeper/douyin/testing";
import { connect } from "@nats-io/transport-node";
import { expect, onTestFinished, test, vi } from "vitest";
import { Admission } from "../connections/admission/index.ts";
import { RoomReaders } from "../connections/index.ts";
import { NodeMessages } from "../event-log/jetstream/index.ts";
import { hasNats, startNatsServers } from "../event-log/jetstream/nats-servers.helpers.ts";
import type { LiveRoomStatus, LocalRooms } from "../live/index.ts";
import { recordingLogger } from "../rooms/fake-upstream.helpers.ts";
import { Cluster } from "./cluster.ts";

test.skipIf(!hasNats)("others hear at once of the connection of a room that has come here", async () => {
	const nats = await startNatsServers(1);
	onTestFinished(() => nats.stop());
	const nc = await connect({ servers: [...nats.urls] });
	onTestFinished(() => nc.close());
	const other = new NodeMessages(nc, "lk", () => undefined);
	const asked: unknown[] = [];
	other.onTold("limits", (message) => asked.push(JSON.parse(Buffer.from(message).toString("utf8")).asked));
	const clock = new ManualClock();
	const { logger } = recordingLogger();
	const cluster = await Cluster.join({
		...{ servers: nats.urls, node: "here", replicas: 1, partitions: 1, secret: "a secret of a test" },
		...{ weight: 1, version: "1", holdMs: 30_000, drainMs: 0, readers: new RoomReaders() },
		...{ clock, machineClock: clock, logger },
	});
	onTestFinished(() => cluster.log.close());
	onTestFinished(() => cluster.leave());
	const unpaced = { inProgress: Number.POSITIVE_INFINITY, startsPerSecond: Number.POSITIVE_INFINITY };
	const admission = new Admission({ clock, limits: { total: 10 }, handshakes: unpaced });
	const running = new Set<string>();
	let tell: (status: LiveRoomStatus) => void = () => undefined;
	const local: Partial<LocalRooms> = {
		has: (liveId) => running.has(liveId),
		start: (liveId) => void running.add(liveId),
		status: () => undefined,
		statuses: () => [],
		onStatus: (listener) => {
			tell = listener;
			return () => undefined;
		},
	};
	Object.defineProperty(local, "liveIds", { get: () => [...running] });
	cluster.shareLimits(admission);
	const rooms = cluster.host(local as LocalRooms);
	const connected = { liveId: "room", state: "connected" } as LiveRoomStatus;
	// It listens by then.
	await cluster.messages.roundTripMs();
	other.tell("rooms", Buffer.from(JSON.stringify({ node: "there", rooms: [connected] })));
	await nc.flush();
	await cluster.messages.roundTripMs();
	rooms.start("room", {}, "new");
	expect(rooms.moves("room")).toBe(true);
	admission.acquire({ room: "room", identity: "", priority: () => "live" }, new AbortController().signal);
	await clock.advance(150);
	tell(connected);
	expect(rooms.moves("room")).toBe(false);
	// All is told every 2 s in any case.
	await clock.advance(150);
	const total = [expect.stringMatching(/^total /), expect.arrayContaining([1]), expect.any(Array)];
	await vi.waitFor(() => expect(asked.at(-1)).toEqual([total]), 5_000);
});
