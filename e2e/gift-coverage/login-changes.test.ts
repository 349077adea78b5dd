import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleep } from "@livekeeper/douyin";
import { anonymous, type SimulatedRoom, type Simulator, startSimulator } from "@livekeeper/simulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../../packages/base/src/free-port.helpers.ts";
import { extensionOrigin } from "../../packages/livekeeper/src/http/request-source.ts";
import { ChaosService } from "../chaos/chaos-service.ts";
import { ownPrefix } from "../kit/leftovers.ts";
import { TickClock } from "../kit/tick-clock.ts";

/** Maximum error of a share. */
const tolerance = 0.05;
const spanMs = 420_000;

/** A change of a room's login, at a time of the service since it follows the room, ms. */
interface Step {
	at: number;
	by: "wizard" | "extension" | "API" | "room's options";
	/** The `sessionid`; `undefined` removes the login. */
	session: string | undefined;
}

interface Way {
	name: string;
	/** The login at the start; default none. */
	first?: string;
	steps: Step[];
	/** How the site treats each login; default: all gifts. */
	gifts?: Record<string, "all" | "none" | `first:${number}`>;
	/** Logins that have already expired. */
	ended?: string[];
	/** Period in which gifts are given, ms. */
	given?: [from: number, to: number];
	/** The verdict about the last login; its gifts are compared with the simulator in any case. */
	verdict: "all" | "none" | "stopped" | "unknown";
	/** Verdicts about the earlier ranges. */
	earlier: string[];
	/** Marks of the identity of each step; default: none. */
	marks?: string[];
}

const middle = 180_000;
const ways: Way[] = [
	{
		name: "the wizard, among gifts",
		steps: [{ at: middle, by: "wizard", session: "w1" }],
		verdict: "all",
		earlier: ["none"],
		marks: ["fine"],
	},
	{
		name: "the extension, among gifts",
		steps: [{ at: middle, by: "extension", session: "e1" }],
		verdict: "all",
		earlier: ["none"],
		marks: ["fine"],
	},
	{
		name: "the API, among gifts",
		steps: [{ at: middle, by: "API", session: "a1" }],
		verdict: "all",
		earlier: ["none"],
		marks: ["fine"],
	},
	{
		name: "the room's options, among gifts",
		steps: [{ at: middle, by: "room's options", session: "o1" }],
		verdict: "all",
		earlier: ["none"],
	},
	{
		name: "the wizard, before gifts",
		steps: [{ at: 60_000, by: "wizard", session: "w2" }],
		given: [120_000, spanMs],
		verdict: "all",
		earlier: [],
		marks: ["fine"],
	},
	{
		name: "the API, after gifts",
		// Two sessions without any message would count against the login.
		steps: [{ at: spanMs - 60_000, by: "API", session: "a2" }],
		given: [0, 180_000],
		verdict: "unknown",
		earlier: ["none"],
		marks: ["unknown"],
	},
	{
		name: "the extension, with an expired login",
		// Only one pairing can be active at a time.
		steps: [{ at: middle + 20_000, by: "extension", session: "gone" }],
		ended: ["gone"],
		verdict: "none",
		earlier: ["none"],
		marks: ["fine"],
	},
	{
		name: "the wizard, with an account without gifts, then another",
		steps: [
			{ at: 120_000, by: "wizard", session: "wrong" },
			{ at: 240_000, by: "API", session: "right" },
		],
		gifts: { wrong: "none" },
		verdict: "all",
		earlier: ["none", "none"],
		marks: ["unknown", "fine"],
	},
	{
		name: "the API, with an account that sees only first gifts",
		steps: [{ at: middle, by: "API", session: "few" }],
		gifts: { few: "first:2" },
		verdict: "stopped",
		earlier: ["none"],
		marks: ["first_only"],
	},
	{
		name: "the API, removing the login",
		first: "was",
		steps: [{ at: middle, by: "room's options", session: undefined }],
		verdict: "none",
		earlier: ["all"],
	},
];

interface Range {
	share: number | null;
	verdict: string;
	diamonds_seen: number;
	diamonds_missing: number | null;
	from: number | null;
	to: number | null;
}

interface Coverage extends Range {
	earlier: (Range & { logged_in: boolean })[];
	before: string | null;
}

const clock = new TickClock(50);
const folder = mkdtempSync(join(tmpdir(), ownPrefix("livekeeper-logins-")));
let simulator: Simulator;
let service: ChaosService;

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
	const answer = await service.request(method, `/api/v1${path}`, body);
	if (answer.status === 200 || answer.status === 201) return answer.body as T;
	throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
}

/** Hands the login over to an identity, as the browser's extension does. @returns the pairing */
async function handOver(session: string): Promise<string> {
	const { pairing, code } = await ask<{ pairing: { id: string }; code: string }>("POST", "/pairings");
	const cookie = JSON.stringify([{ domain: ".douyin.com", name: "sessionid", value: session }]);
	const response = await fetch(`http://127.0.0.1:${service.port}/api/v1/pairings/cookie`, {
		method: "POST",
		headers: { "content-type": "application/json", origin: extensionOrigin },
		body: JSON.stringify({ code, cookie }),
	});
	expect(response.status).toBe(200);
	return pairing.id;
}

const nameOf = (liveId: string, by: Step["by"]) => `${by === "API" ? "of" : by}-${liveId}`;

async function give(liveId: string, { by, session }: Step): Promise<void> {
	const cookie = session === undefined ? "ttwid=1%7Cvisitor" : `sessionid=${session}`;
	if (by === "room's options") {
		await ask("PATCH", `/rooms/${liveId}`, { cookie });
		return;
	}
	// Same steps as the page: creates an identity and assigns it to the chosen rooms.
	const name = nameOf(liveId, by);
	const given = by === "extension" ? { pairing: await handOver(session ?? "") } : { cookie };
	await ask("PUT", `/identities/${name}`, given);
	await ask("PATCH", `/rooms/${liveId}`, { identity: name });
}

const untilTime = (at: number) => sleep(clock, Math.max(0, at - clock.now()));

async function goOver(room: SimulatedRoom, { first, steps, given = [0, spanMs] }: Way, startedAt: number) {
	const gifts = async () => {
		room.change({ rate: given[0] > 0 ? 0 : 6 });
		await untilTime(startedAt + given[0]);
		room.change({ rate: 6 });
		await untilTime(startedAt + given[1]);
		room.change({ rate: 0 });
	};
	const logins = async () => {
		await ask("PUT", `/rooms/${room.liveId}`, first === undefined ? {} : { cookie: `sessionid=${first}` });
		for (const step of steps) {
			await untilTime(startedAt + step.at);
			await give(room.liveId, step);
		}
	};
	await Promise.all([gifts(), logins()]);
}

beforeAll(async () => {
	simulator = await startSimulator({ rooms: ways.length, seed: 43, strict: true, tickMs: 500, clock, port: 0 });
	const config = { port: await freePort(), data_dir: folder, upstream_url: simulator.url };
	service = new ChaosService(
		{ ...config, rate_limit: 0, starts_per_second: 200, lookups_per_minute: 100_000, group_commit_ms: 100 },
		clock,
	);
	clock.start();
	service.spawn();
	await service.untilListening();
	for (const { gifts = {}, ended = [] } of ways) {
		for (const [session, rule] of Object.entries(gifts)) simulator.identities.set(session, { gifts: rule });
		for (const session of ended) simulator.logins.end(session);
	}
	const startedAt = clock.now();
	for (const room of simulator.rooms) room.change({ totals: { shown: "tickets", unit: 10, offset: 0 } });
	await Promise.all(ways.map((way, i) => goOver(simulator.rooms[i] as SimulatedRoom, way, startedAt)));
	await sleep(clock, 30_000);
	// Otherwise each room would have more sessions without a message by the time that a busy machine reads its answers.
	await clock.stop();
}, 600_000);

afterAll(async () => {
	await service?.close();
	await simulator?.close();
	rmSync(folder, { recursive: true, force: true });
});

interface Event {
	id: string;
	at: number;
	received_at: number;
}

const eventsOf = async (liveId: string, types: string) =>
	(await ask<{ events: Event[] }>("GET", `/rooms/${liveId}/events?types=${types}&limit=5000`)).events;

/** Returns the identities as which the site knew the room, in order. */
function identitiesOf({ first, steps, ended = [] }: Way): string[] {
	return [first, ...steps.map(({ session }) => session)].map((session) => {
		return session === undefined || ended.includes(session) ? anonymous : session;
	});
}

/** Returns the simulator's truth for the time of a range. */
async function truthOf(room: SimulatedRoom, identity: string, { from, to }: Range) {
	const arrived = new Set((await eventsOf(room.liveId, "gift")).map(({ id }) => id));
	const totals = await eventsOf(room.liveId, "gift,fan_ticket");
	const idAt = (time: number | null) => totals.find((one) => Math.min(one.at, one.received_at) === time)?.id;
	const options = { messages: [idAt(from), idAt(to)] as const, arrived: (id: string) => arrived.has(id) };
	return room.giftWorth(identity, options);
}

test.each(ways.map((way, i) => [way.name, way, i] as const))(
	"reports true coverage with a login by %s",
	async (_, way, i) => {
		const room = simulator.rooms[i] as SimulatedRoom;
		const path = `/rooms/${room.liveId}`;
		const coverage = (await ask<{ room: { gift_coverage: Coverage } }>("GET", path)).room.gift_coverage;
		expect([coverage.verdict, coverage.earlier.map(({ verdict }) => verdict)]).toEqual([way.verdict, way.earlier]);
		const identities = identitiesOf(way);
		const ranges = [...coverage.earlier, coverage];
		for (const [k, range] of ranges.entries()) {
			const identity = identities.at(k - ranges.length) ?? anonymous;
			if (range.share === null) continue;
			const { given, shown } = await truthOf(room, identity, range);
			const missing = given - shown;
			const share = range.diamonds_seen / (range.diamonds_seen + missing);
			expect(Math.abs(range.share - share), JSON.stringify({ range, given, shown })).toBeLessThanOrEqual(tolerance);
			expect(Math.abs((range.diamonds_missing ?? 0) - missing)).toBeLessThanOrEqual(1 + tolerance * given);
		}
		const missed = coverage.earlier.filter(({ verdict }) => verdict !== "all");
		const sum = missed.reduce((all, { diamonds_missing: missing }) => all + (missing ?? 0), 0);
		if (sum > 0) expect(coverage.before).toContain(sum.toLocaleString("en-US"));
		else expect(coverage.before).toBeNull();
		const { broadcasts } = await ask<{ broadcasts: { gift_coverage: Coverage }[] }>("GET", `${path}/broadcasts`);
		const { before: __, ...wire } = coverage;
		expect(wire).toMatchObject(broadcasts.at(-1)?.gift_coverage ?? {});
		const { broadcast } = await ask<{ broadcast: { gift_coverage: Coverage } }>(
			"GET",
			`${path}/broadcasts/latest/report`,
		);
		expect(wire).toMatchObject(broadcast.gift_coverage);
		const { identities: marks } = await ask<{ identities: { name: string; state: string }[] }>("GET", "/identities");
		const states = way.steps.map(({ by }) => marks.find(({ name }) => name === nameOf(room.liveId, by))?.state);
		expect(states).toEqual(way.marks ?? [undefined]);
	},
);
