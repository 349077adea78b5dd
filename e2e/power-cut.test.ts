import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSimulator } from "@livekeeper/simulator";
import { expect, onTestFinished, test } from "vitest";
import { ClientFollower } from "./kit/followers/client-follower.ts";
import { type Follower, lastSeq } from "./kit/followers/follower.ts";
import { SocketIoFollower } from "./kit/followers/socket-io-follower.ts";
import { SseFollower } from "./kit/followers/sse-follower.ts";
import { TargetFollower } from "./kit/followers/target-follower.ts";
import { WebsocketFollower } from "./kit/followers/websocket-follower.ts";
import { RoomLog } from "./kit/room-log.ts";
import { ServiceProcess } from "./kit/service-process.ts";
import { until } from "./kit/until.ts";

const liveId = "1001";

/** Notes what the disk has at this moment. @returns puts it back, as the disk has it after the power failed */
function onDisk(dataDir: string, isWithTargets: boolean): () => void {
	const copy = mkdtempSync(join(tmpdir(), "livekeeper-disk-"));
	onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
	const isOf = (name: string) => name.startsWith("livekeeper.") || (isWithTargets && name.startsWith("targets.db"));
	const names = () => readdirSync(dataDir).filter((name) => isOf(name) && !/-shm$|\.lock/.test(name));
	for (const name of names()) cpSync(join(dataDir, name), join(copy, name));
	return () => {
		for (const name of names()) rmSync(join(dataDir, name));
		for (const name of readdirSync(dataDir)) if (name.endsWith("-shm")) rmSync(join(dataDir, name));
		for (const name of readdirSync(copy)) cpSync(join(copy, name), join(dataDir, name));
		const path = join(dataDir, "livekeeper.progress");
		// The system was started again.
		writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), boot: "before" }).padEnd(255));
	};
}

test.each([
	["an upstream that replays, and a target that is ahead", true, false],
	["an upstream that does not, and a target that is ahead", false, false],
	["an upstream that replays, and a target that is cut off as well", true, true],
])("tells every reader of a power cut, with %s", async (_, replays, isTargetCut) => {
	const simulator = await startSimulator({ rooms: 1, rate: 40, strict: true, port: 0, historySize: 100_000 });
	onTestFinished(() => simulator.close());
	const [room] = simulator.rooms;
	if (!room) throw new Error("there is no room");
	const config = { target_allow_private: true };
	const service = await ServiceProcess.start({ upstreamUrl: simulator.url, config });
	onTestFinished(() => service.close());
	await service.startRoom(liveId);
	const target = await TargetFollower.open(service, liveId);
	const followers: Follower[] = [
		target,
		await SocketIoFollower.open(service.port, liveId, true),
		await SseFollower.open(service.port, liveId),
		await WebsocketFollower.open(service.port, liveId, true),
		await ClientFollower.open(service.port, liveId),
		await ClientFollower.open(service.port, liveId, "websocket"),
	];
	onTestFinished(async () => void (await Promise.all(followers.map((follower) => follower.close()))));
	const untilAllHave = (seq: number) =>
		until("all readers have come so far", () => followers.every(({ seen }) => lastSeq(seen) >= seq), {
			describe: () => followers.map(({ name, seen, complaints }) => [name, lastSeq(seen), complaints]),
		});
	await untilAllHave(60);
	const powerFails = onDisk(service.dataDir, isTargetCut);
	await untilAllHave(lastSeq(target.seen) + 120);
	if (!replays) room.setFault({ fault: "ignore_cursor", for_ms: 60_000 });
	await service.stop("SIGKILL");
	powerFails();
	const ahead = followers.map(({ seen }) => lastSeq(seen));
	const told = followers.map(({ complaints }) => complaints.length);
	await service.start();
	const log = new RoomLog(service, liveId);
	await until("the room continues", async () => {
		await log.readOn();
		return log.events.filter(({ seq }) => seq > 1e12).length > 150;
	});
	room.change({ rate: 0 });
	await until("all is stored", async () => {
		await log.readOn();
		return log.ids.at(-1) === room.generatedIds().at(-1);
	});
	await untilAllHave(log.events.at(-1)?.seq ?? 0);

	const [jump] = log.truncated as { from: number; to: number; reason: string }[];
	expect(log.truncated).toEqual([{ from: jump?.from, to: jump?.to, reason: "reset" }]);
	const base = jump?.to ?? 0;
	expect(jump?.from).toBeLessThan(Math.min(...ahead));
	const after = log.events.filter(({ seq }) => seq > base);
	expect(after[0]).toMatchObject({ seq: base + 1 });
	expect(after.find(({ type }) => type === "gap")).toMatchObject({ reason: "memory_lost" });
	if (replays) expect(new Set(log.ids)).toEqual(new Set(room.sentIds()));
	const meaning = new Map<number, string>();
	for (const { seq, id } of [...log.events, ...followers.flatMap(({ seen }) => seen)]) {
		expect(meaning.get(seq) ?? id).toBe(id);
		meaning.set(seq, id);
	}
	for (const [index, { name, seen, complaints }] of followers.entries()) {
		expect([name, seen.filter(({ seq }) => seq > base)]).toEqual([name, after.map(({ seq, id }) => ({ seq, id }))]);
		const hears = complaints.slice(told[index]);
		expect([name, hears.length > 0, hears.every((notice) => notice.includes('"reset"'))]).toEqual([name, true, true]);
		const isBehind = isTargetCut && name === "target";
		const seqs = seen.map(({ seq }) => seq);
		if (!isBehind) expect([name, seqs]).toEqual([name, [...new Set(seqs)].sort((a, b) => a - b)]);
	}
	// Who comes late, when the log has long passed what was lost.
	for (const at of [(jump?.from ?? 0) - 1, ...ahead, base]) {
		const { body } = await service.request("GET", `/api/v1/rooms/${liveId}/events?after=${at}&limit=5000`);
		const page = body as { truncated?: unknown; events: { seq: number }[] };
		expect(page.truncated ?? null).toEqual(at < base ? { from: at + 1, to: base, reason: "reset" } : null);
		expect(page.events[0]?.seq).toBe(base + 1);
	}
});
