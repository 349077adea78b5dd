import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { LookupExit, Room, Upstream } from "@livekeeper/client";
import { type Simulator, startSimulator } from "@livekeeper/simulator";
import { expect, onTestFinished, test } from "vitest";
import { startConnectProxy } from "../packages/douyin/src/net/servers.helpers.ts";
import { Rig } from "./kit/rig.ts";
import { ServiceProcess } from "./kit/service-process.ts";
import { until } from "./kit/until.ts";

const hour = 3_600_000;
const direct = "127.0.0.1";
const program = fileURLToPath(new URL("../packages/livekeeper/bin/livekeeper.js", import.meta.url));
const run = promisify(execFile);

function ban(simulator: Simulator, address: string): void {
	for (const group of ["page", "json", "batch"] as const) simulator.site.ban(address, group, 48 * hour);
}

/** Returns the site's counts of an address's lookups: for single rooms, and for several at once. */
function asked(simulator: Simulator, address: string): { single: number; batch: number } {
	const { page, json, batch } = simulator.site.addresses().find((one) => one.address === address)?.calls ?? {};
	return { single: (page?.asked ?? 0) + (json?.asked ?? 0), batch: batch?.asked ?? 0 };
}

test("the command line connects a banned address by one request", async () => {
	const simulator = await startSimulator({ rooms: 1, rate: 4, seed: 7, port: 0, site: "real" });
	onTestFinished(() => simulator.close());
	ban(simulator, direct);
	// A visitor that the site knows already needs no home page.
	const service = await ServiceProcess.start({
		upstreamUrl: simulator.url,
		config: { cookie: "ttwid=1%7Cvisitor" },
	});
	onTestFinished(() => service.close());
	const room = async () => (await service.request("GET", "/api/v1/rooms/1001")).body as { room: Room };
	const cli = async (...args: string[]) => {
		const { stdout } = await run(process.execPath, [program, ...args, "--url", service.url, "--lang", "en"]);
		return stdout;
	};
	await service.startRoom("1001");
	await until("the room is refused", async () => (await room()).room.state === "blocked");
	expect(await cli("upstream")).toContain(`Page to open: ${simulator.url}/1001`);

	simulator.site.passed(direct);
	const before = asked(simulator, direct);
	expect(await cli("upstream", "passed")).toBe(
		"Retrying: direct (this network)\n✓ direct (this network) works again\n",
	);
	await until("the room is connected", async () => (await room()).room.state === "connected");
	expect(asked(simulator, direct)).toEqual({ ...before, single: before.single + 1 });
	expect(await cli("upstream")).not.toContain("Page to open");
});

test("a proxy has its own budget, unaffected by another's ban", async () => {
	const elsewhere = "127.0.0.2";
	const proxy = await startConnectProxy("tunnel", { from: elsewhere });
	onTestFinished(() => proxy.close());
	const rig = await Rig.start({
		loggedIn: false,
		start: [],
		speed: 100,
		simulator: { rooms: 0, rate: 0.2, site: "real" },
		config: { cookie: "ttwid=1%7Cvisitor" },
	});
	onTestFinished(() => rig.stop());
	const { simulator } = rig;
	const here = Array.from({ length: 40 }, (_, i) => `${3001 + i}`);
	const there = ["4001", "4002", "4003"];
	for (const liveId of [...here, ...there]) simulator.addRoom(liveId, { live: false });
	const put = async (path: string, body: object) => expect((await rig.request("PUT", path, body)).status).toBe(201);
	await put("/api/v1/identities/elsewhere", { cookie: "ttwid=1%7Cother", proxy: proxy.url });
	const exit = async (name: string): Promise<LookupExit | undefined> => {
		const { body } = await rig.request("GET", "/api/v1/upstream");
		return (body["upstream"] as Upstream).exits.find((one) => one.name === name);
	};
	const json = async (name: string) => (await exit(name))?.ways.find(({ way }) => way === "enter");
	const behind = new URL(proxy.url).host;

	for (const liveId of here) await rig.startRoom(liveId);
	await until("the direct budget is used up", async () => (await json("direct"))?.left === 2);
	expect(asked(simulator, elsewhere)).toEqual({ single: 0, batch: 0 });
	for (const liveId of there) await put(`/api/v1/rooms/${liveId}`, { identity: "elsewhere" });
	const isAnswered = ({ watch }: Room) => watch != null && watch.last_at !== null;
	for (const liveId of there) await rig.untilStatus(liveId, "answered", isAnswered);
	// The direct address could not have answered for them before its own rooms.
	expect(asked(simulator, direct).single).toBeLessThan(here.length);
	expect((await exit("direct"))?.rooms).toBe(here.length);
	expect((await exit(behind))?.rooms).toBe(there.length);

	ban(simulator, direct);
	await until("the direct exit is refused", async () => (await exit("direct"))?.closed);
	expect(await exit(behind)).toMatchObject({ closed: false, message: null });
	simulator.room("4002")?.begin();
	await rig.untilConnected("4002");
	expect((await rig.status("4001")).state).toBe("waiting");
	const stages = simulator.site.addresses().map(({ address, calls }) => [address, calls.json.bans > 0]);
	expect(stages).toEqual([
		[direct, true],
		[elsewhere, false],
	]);
});

test("counts every request of an exit, including home pages", async () => {
	const rig = await Rig.start({ loggedIn: false, simulator: { rooms: 1, site: "real" } });
	onTestFinished(() => rig.stop());
	const { simulator } = rig;
	const site = () => {
		const { page, json } = simulator.site.addresses()[0]?.calls ?? {};
		return { page: page?.asked ?? 0, json: json?.asked ?? 0 };
	};
	const service = async () => {
		const { body } = await rig.request("GET", "/api/v1/upstream");
		const ways = (body["upstream"] as Upstream).exits[0]?.ways ?? [];
		const sum = (...of: string[]) =>
			ways.filter(({ way }) => of.includes(way)).reduce((all, { asked }) => all + asked, 0);
		return { page: sum("page"), json: sum("enter", "reflow", "scene", "followed") };
	};
	await rig.untilConnected("1001");
	const first = site();
	expect(first).toEqual({ page: 1, json: 1 });
	expect(await service()).toEqual(first);
	// Stored visitor cookies are only used if the site sends no new ones.
	await rig.restartService();
	await rig.untilConnected("1001");
	const again = site();
	expect(again.page).toBe(first.page + 1);
	expect(await service()).toEqual({ page: 1, json: again.json - first.json });
});
