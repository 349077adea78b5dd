import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, startSimulator } from "@livekeeper/simulator";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../packages/base/src/free-port.helpers.ts";
import { hasNats, startNodes } from "./cluster/start-nodes.ts";
import { CuttableProxy } from "./kit/cuttable-proxy.ts";
import { ClientFollower } from "./kit/followers/client-follower.ts";
import { type Follower, lastSeq } from "./kit/followers/follower.ts";
import { SocketIoFollower } from "./kit/followers/socket-io-follower.ts";
import { SseFollower } from "./kit/followers/sse-follower.ts";
import { TargetFollower } from "./kit/followers/target-follower.ts";
import { WebsocketFollower } from "./kit/followers/websocket-follower.ts";
import { barrageGrabListener, douyinLiveListener } from "./kit/listeners.ts";
import { RoomLog } from "./kit/room-log.ts";
import { ServiceProcess } from "./kit/service-process.ts";
import { until } from "./kit/until.ts";

const liveId = "1001";

interface Form {
	store: "SQLite" | "NATS";
	/** Whether the upstream replays what was lost. */
	replays: boolean;
	/** Whether the targets' positions are lost as well; otherwise they are ahead of the log. */
	isTargetCut: boolean;
	/** Whether the service with its readers keeps running, and only the servers lose power. */
	staysUp?: boolean;
}

interface PowerCut {
	cut(): Promise<void>;
	/** Restarts everything with the data that was on disk. */
	restore(): Promise<void>;
}

type Config = Record<string, string | number | boolean>;

/** A service whose store can lose power. */
interface World {
	service: ServiceProcess;
	/** Saves what is on disk at this moment. */
	onDisk(): Promise<PowerCut>;
}

function temporaryFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-disk-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

async function onSqlite(upstreamUrl: string, { isTargetCut }: Form, config: Config): Promise<World> {
	const service = await ServiceProcess.start({ upstreamUrl, config });
	onTestFinished(() => service.close());
	const { dataDir } = service;
	const isOf = (name: string) => name.startsWith("livekeeper.") || (isTargetCut && name.startsWith("targets.db"));
	const names = () => readdirSync(dataDir).filter((name) => isOf(name) && !/-shm$|\.lock/.test(name));
	const onDisk = async () => {
		const copy = temporaryFolder();
		for (const name of names()) cpSync(join(dataDir, name), join(copy, name));
		const restore = async () => {
			for (const name of names()) rmSync(join(dataDir, name));
			for (const name of readdirSync(dataDir)) if (name.endsWith("-shm")) rmSync(join(dataDir, name));
			for (const name of readdirSync(copy)) cpSync(join(copy, name), join(dataDir, name));
			const path = join(dataDir, "livekeeper.progress");
			// Simulates a reboot of the system.
			writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), boot: "before" }).padEnd(255));
			await service.start();
		};
		return { cut: async () => void (await service.stop("SIGKILL")), restore };
	};
	return { service, onDisk };
}

/** NATS syncs each stream separately. */
async function onNats(simulator: Simulator, { isTargetCut, staysUp }: Form, config: Config): Promise<World> {
	const { nodes, nats, close } = await startNodes(simulator, { a: 1 }, () => config);
	onTestFinished(close);
	const [node] = nodes;
	const [server] = nats.servers;
	if (!node || !server) throw new Error("there is no node, or no server");
	const { service } = node;
	const streams = join(server.store, "jetstream", "$G", "streams");
	const names = (folder: string) =>
		readdirSync(folder).filter((name) => name.startsWith("lk-ev-") || (isTargetCut && name === "KV_lk-targets"));
	const onDisk = async () => {
		const copy = temporaryFolder();
		await server.freeze();
		for (const name of names(streams)) cpSync(join(streams, name), join(copy, name), { recursive: true });
		server.thaw();
		const cut = async () => {
			if (!staysUp) await service.stop("SIGKILL");
			await server.kill("SIGKILL");
		};
		const restore = async () => {
			for (const name of names(streams)) rmSync(join(streams, name), { recursive: true });
			for (const name of names(copy)) cpSync(join(copy, name), join(streams, name), { recursive: true });
			await server.restart();
			if (!staysUp) await service.start();
		};
		return { cut, restore };
	};
	return { service, onDisk };
}

async function openReaders({ port }: { port: number }): Promise<Follower[]> {
	return Promise.all([
		SocketIoFollower.open(port, liveId, true),
		SseFollower.open(port, liveId),
		WebsocketFollower.open(port, liveId, true),
		ClientFollower.open(port, liveId),
		ClientFollower.open(port, liveId, "websocket"),
	]);
}

/** Returns the number of events that the only target has yet to receive. */
async function lagOf(service: ServiceProcess): Promise<number | undefined> {
	const { body } = await service.request("GET", "/api/v1/targets");
	const [target] = (body as { targets: { id: string }[] }).targets;
	const { body: one } = await service.request("GET", `/api/v1/targets/${target?.id}`);
	return (one as { rooms: { lag: number }[] }).rooms[0]?.lag;
}

const forms: Form[] = [
	{ store: "SQLite", replays: true, isTargetCut: false },
	{ store: "SQLite", replays: false, isTargetCut: false },
	{ store: "SQLite", replays: true, isTargetCut: true },
	{ store: "NATS", replays: true, isTargetCut: false },
	{ store: "NATS", replays: true, isTargetCut: true, staysUp: true },
	{ store: "NATS", replays: false, isTargetCut: false, staysUp: true },
];

function described({ store, replays, isTargetCut, staysUp }: Form): string {
	const target = `target ${isTargetCut ? "behind" : "ahead"}`;
	const upstream = `upstream ${replays ? "replays" : "does not replay"}`;
	return `${store}, ${upstream}, ${target}, readers ${staysUp ? "stay connected" : "reconnect"}`;
}

const possible = forms.filter(({ store }) => store === "SQLite" || hasNats);

test.each(possible.map((form) => [described(form), form] as const))(
	"reports a power cut to every reader: %s",

	async (_, form) => {
		const simulator = await startSimulator({ rooms: 1, rate: 40, strict: true, port: 0, historySize: 100_000 });
		onTestFinished(() => simulator.close());
		const [room] = simulator.rooms;
		if (!room) throw new Error("there is no room");
		const [douyinLivePort, barrageGrabPort] = [await freePort(), await freePort()];
		const ports = { douyinlive_port: douyinLivePort, barragegrab_port: barrageGrabPort };
		const config = { target_allow_private: true, ...ports };
		const world = await (form.store === "NATS"
			? onNats(simulator, form, config)
			: onSqlite(simulator.url, form, config));
		const { service } = world;
		await service.startRoom(liveId);
		const target = await TargetFollower.open(service, liveId);
		const present: Follower[] = [target, ...(await openReaders(service))];
		const door = await CuttableProxy.listen(service.port);
		onTestFinished(() => door.close());
		const late = await openReaders(door);
		const followers = [...present, ...late];
		const [shown, grabbed] = [
			douyinLiveListener(`ws://127.0.0.1:${douyinLivePort}/ws/${liveId}`),
			barrageGrabListener(`ws://127.0.0.1:${barrageGrabPort}`),
		];
		onTestFinished(async () => {
			for (const listener of [shown, grabbed]) listener.close();
			await Promise.all(followers.map((follower) => follower.close()));
		});
		const untilAllHave = (seq: number, readers = followers) =>
			until("all readers have caught up", () => readers.every(({ seen }) => lastSeq(seen) >= seq), {
				describe: () => readers.map(({ name, seen, complaints }) => [name, lastSeq(seen), complaints]),
			});
		await untilAllHave(60);
		const power = await world.onDisk();
		await untilAllHave(lastSeq(target.seen) + 120);
		// A delivery that is in flight during the cut is repeated.
		room.change({ rate: 0 });
		const before = new RoomLog(service, liveId);
		await until("the target has passed every message", async () => {
			await before.readOn();
			return before.ids.at(-1) === room.generatedIds().at(-1) && (await lagOf(service)) === 0;
		});
		const opened = door.block();
		if (!form.replays) room.setFault({ fault: "ignore_cursor", for_ms: 60_000 });
		const noticed = shown.notices.length;
		await power.cut();
		// The target may hear of the cut before the restart is reported, so this is counted before it.
		const ahead = followers.map(({ seen }) => lastSeq(seen));
		const complaintCounts = followers.map(({ complaints }) => complaints.length);
		room.change({ rate: 40 });
		await power.restore();
		const log = new RoomLog(service, liveId);
		await until("the room continues", async () => {
			await log.readOn();
			return log.events.filter(({ seq }) => seq > 1e12).length > 150;
		});
		room.change({ rate: 0 });
		await until("everything is stored", async () => {
			await log.readOn();
			return log.ids.at(-1) === room.generatedIds().at(-1);
		});
		await untilAllHave(log.events.at(-1)?.seq ?? 0, present);
		opened();
		// The service may still add events of its own.
		await until("all readers have the whole log", async () => {
			await log.readOn();
			return followers.every(({ seen }) => lastSeq(seen) === log.events.at(-1)?.seq);
		});

		const [jump] = log.truncated as { from: number; to: number; reason: string }[];
		expect(log.truncated).toEqual([{ from: jump?.from, to: jump?.to, reason: "reset" }]);
		const base = jump?.to ?? 0;
		expect(jump?.from).toBeLessThan(Math.min(...ahead));
		const after = log.events.filter(({ seq }) => seq > base);
		expect(after[0]).toMatchObject({ seq: base + 1 });
		expect(after.find(({ type }) => type === "gap")).toMatchObject({ reason: "memory_lost" });
		if (form.replays) expect(new Set(log.ids)).toEqual(new Set(room.sentIds()));
		const meaning = new Map<number, string>();
		for (const { seq, id } of [...log.events, ...followers.flatMap(({ seen }) => seen)]) {
			expect(meaning.get(seq) ?? id).toBe(id);
			meaning.set(seq, id);
		}
		for (const [index, { name, seen, complaints }] of followers.entries()) {
			// A target whose position survived the cut knows what it has received.
			const had = new Set(name === "target" ? seen.filter(({ seq }) => seq <= base).map(({ id }) => id) : []);
			const news = after.filter(({ id }) => form.isTargetCut || !had.has(id));
			expect([name, seen.filter(({ seq }) => seq > base)]).toEqual([name, news.map(({ seq, id }) => ({ seq, id }))]);
			const hears = complaints.slice(complaintCounts[index]);
			expect([name, hears.length > 0, hears.every((notice) => notice.includes('"reset"'))]).toEqual([name, true, true]);
			const isBehind = form.isTargetCut && name === "target";
			const seqs = seen.map(({ seq }) => seq);
			if (!isBehind) expect([name, seqs]).toEqual([name, [...new Set(seqs)].sort((a, b) => a - b)]);
		}
		// Programs written for other servers know no sequence numbers.
		expect(shown.notices.slice(noticed).join()).toContain("可能有消息丢失");
		expect(service.lines.map(({ event }) => event)).toContain("listener_missed");
		expect([shown, grabbed].map(({ chats }) => chats.size > 0)).toEqual([true, true]);
		// A page may start anywhere after the log has long passed the loss.
		for (const at of [(jump?.from ?? 0) - 1, ...ahead, base]) {
			const { body } = await service.request("GET", `/api/v1/rooms/${liveId}/events?after=${at}&limit=5000`);
			const page = body as { truncated?: unknown; events: { seq: number }[] };
			expect(page.truncated ?? null).toEqual(at < base ? { from: at + 1, to: base, reason: "reset" } : null);
			expect(page.events[0]?.seq).toBe(base + 1);
		}
		// Events of the service's own may follow at any time.
		const newest = followers[0]?.seen.at(-1)?.seq;
		const exported = await fetch(`${service.url}/api/v1/rooms/${liveId}/export?format=jsonl`);
		const lines = (await exported.text()).trim().split("\n");
		await log.readOn();
		const all = log.events.map(({ seq }) => seq).slice(0, lines.length);
		expect(lines.map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual(all);
		expect(all).toContain(newest);
	},
);
