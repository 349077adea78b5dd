// `npm run scale`: computes what many rooms take, and writes it into docs/scale.md and its translation.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { builtInProfile } from "../packages/douyin/src/site-profile/built-in.ts";
import { simulationDefaults } from "../packages/livekeeper/src/cluster/simulation/index.helpers.ts";
import { readCommitted } from "./kit/committed.ts";
import type { Result } from "./kit/results.ts";

/** Numbers of rooms. */
export const sizes = [1_000, 100_000, 1_000_000] as const;

/** Judgements that no bench can make. docs/scale.md states each. */
export const assumptions = {
	/** Share of rooms with a broadcast at the same time. */
	liveShare: 0.1,
	/** Messages of such a room per second. */
	messagesPerSecond: 1,
	retentionDays: 7,
	/** Cores of a machine, and the share of them that may be busy. */
	cores: 2,
	busy: 0.6,
	/** Memory of a machine that rooms may fill, GB. */
	roomMemoryGb: 4,
	/** Share of a cluster's CPU that its nodes take, by the profile in docs/performance.md; the rest is NATS'. */
	nodesShare: 0.57,
	replicas: 3,
	/** Prices a month: of a core with 4 GB, of a TB of SSD, and of an address to go out from; any currency. */
	corePrice: 10,
	terabytePrice: 80,
	exitPrice: 2,
};

type Assumptions = typeof assumptions;
type Figures = Pick<Result, "name" | "own">[];

export interface Scale {
	rooms: number;
	sockets: number;
	eventsPerSecond: number;
	/** Cores that are busy: of nodes, and of NATS servers. */
	nodeCores: number;
	natsCores: number;
	memoryGb: number;
	nodes: number;
	/** NATS clusters of three servers; 0: none is needed. */
	natsClusters: number;
	/** Exits by single look-ups, and by the call for several rooms with 8 and with 64 rooms in it. */
	exitsSingly: number;
	exitsOf8: number;
	exitsOf64: number;
	/** Received from the site, Mbit/s: at least what is stored. */
	megabits: number;
	/** Between nodes and NATS servers, Mbit/s. */
	natsMegabits: number;
	diskTb: number;
	/** Until all live rooms are connected, at the handshakes a second of one node, and of all nodes. */
	connectMinutes: number;
	/** Machines and disks, a month; then exits, with 64 rooms a call. */
	machinesPrice: number;
	exitsPrice: number;
}

/** Computes what a number of rooms takes, from committed figures. One machine has SQLite, several share NATS. */
export function scaleOf(
	rooms: number,
	figures: Figures = readCommitted().results,
	given: Assumptions = assumptions,
): Scale {
	const own = (name: string) => {
		const found = figures.find((figure) => figure.name === name)?.own.median;
		if (found === undefined) throw new Error(`bench/committed.json has no figure ${name}`);
		return found;
	};
	const { liveShare, messagesPerSecond, cores, busy, nodesShare, replicas } = given;
	const sockets = rooms * liveShare;
	const eventsPerSecond = sockets * messagesPerSecond;
	const alone = (eventsPerSecond * own("event, 1,000 rooms × 2/s")) / 1e6;
	const memoryGb = (sockets * own("full room, heap") + (rooms - sockets) * own("idle room, resident")) / 1e6;
	const isAlone = alone <= cores * busy && memoryGb <= given.roomMemoryGb;
	const together = (eventsPerSecond * own("cluster, nats-synced, CPU")) / 1e6;
	const [nodeCores, natsCores] = isAlone ? [alone, 0] : [together * nodesShare, together * (1 - nodesShare)];
	const nodes = isAlone
		? 1
		: Math.max(Math.ceil(nodeCores / (cores * busy)), Math.ceil(memoryGb / given.roomMemoryGb), 3);
	const natsClusters = isAlone ? 0 : Math.ceil(eventsPerSecond / (simulationDefaults.appendsPerSecond * busy));
	const storedBytes = own("bytes, just written");
	const secondsKept = given.retentionDays * 86_400;
	const bytesKept = isAlone ? own("bytes, compacted") : storedBytes * replicas;
	const exits = exitsFor(rooms - sockets);
	const megabits = (eventsPerSecond * storedBytes * 8) / 1e6;
	const diskTb = (eventsPerSecond * secondsKept * bytesKept) / 1e12;
	// Each NATS server is a machine of its own.
	const machines = nodes + natsClusters * 3;
	return {
		...{ rooms, sockets, eventsPerSecond, nodeCores, natsCores, memoryGb, nodes, natsClusters },
		...{ exitsSingly: exits.singly, exitsOf8: exits.of(8), exitsOf64: exits.of(builtInProfile.budgets.batch_max_ids) },
		...{ megabits, natsMegabits: isAlone ? 0 : megabits * replicas, diskTb },
		connectMinutes: sockets / simulationDefaults.startsPerSecond / 60,
		machinesPrice: machines * cores * given.corePrice + diskTb * given.terabytePrice,
		exitsPrice: exits.of(builtInProfile.budgets.batch_max_ids) * given.exitPrice,
	};
}

/** Interval at which each room must be asked about: singly, and by the call for several rooms, ms. */
const singlyEveryMs = 1_800_000;
const togetherEveryMs = 30_000;

/** Returns the number of addresses that these waiting rooms need within the site's budgets. */
export function exitsFor(waiting: number) {
	const { pages_per_minute, calls_per_minute, batch_gap_ms } = builtInProfile.budgets;
	const singly = Math.ceil(waiting / ((pages_per_minute + calls_per_minute) * (singlyEveryMs / 60_000)));
	// One of the ids is that of a room known to be live, so that an empty answer is noticed.
	const of = (ids: number) => Math.ceil(waiting / ((togetherEveryMs / batch_gap_ms) * (ids - 1)));
	return { singly, of };
}

const rows: readonly [keyof Scale, string, string, number][] = [
	["sockets", "rooms with a broadcast: sockets to the site", "正在直播的直播间：与抖音的连接数", 0],
	["eventsPerSecond", "messages a second", "每秒消息数", 0],
	["nodeCores", "busy cores of nodes", "各节点占用的 CPU 核数", 2],
	["natsCores", "busy cores of NATS servers", "各 NATS 服务器占用的 CPU 核数", 2],
	["memoryGb", "memory of rooms, GB", "直播间占用的内存，GB", 2],
	["nodes", "nodes", "节点数", 0],
	["natsClusters", "NATS clusters of three servers", "NATS 集群数，每个三台服务器", 0],
	["exitsOf64", "exits, 64 rooms a call", "出口数，一次查询 64 个直播间", 0],
	["exitsOf8", "exits, 8 rooms a call", "出口数，一次查询 8 个直播间", 0],
	["exitsSingly", "exits, one room a look-up", "出口数，一次查询一个直播间", 0],
	["megabits", "from the site, Mbit/s, at least", "从抖音接收，Mbit/s，至少", 2],
	["natsMegabits", "to and between NATS servers, Mbit/s, at least", "发往 NATS 服务器及其之间，Mbit/s，至少", 2],
	["diskTb", "disk for 7 days, TB", "保存 7 天所需的硬盘，TB", 3],
	["connectMinutes", "until all are connected by one node, min", "由一个节点全部连上所需的时间，分钟", 1],
	["machinesPrice", "machines and disks, a month", "机器和硬盘，每月", 0],
	["exitsPrice", "exits with 64 rooms a call, a month", "出口（一次查询 64 个直播间），每月", 0],
];

/** Returns the table of docs/scale.md. */
export function scaleTable(
	language: "en" | "zh",
	scales: readonly Scale[] = sizes.map((size) => scaleOf(size)),
): string {
	const number = (value: number, digits: number) =>
		value.toLocaleString("en-US", { minimumFractionDigits: 0, maximumFractionDigits: digits });
	const cells = [
		[language === "en" ? "rooms" : "直播间", ...scales.map(({ rooms }) => number(rooms, 0))],
		...rows.map(([key, en, zh, digits]) => [
			language === "en" ? en : zh,
			...scales.map((scale) => number(scale[key], digits)),
		]),
	];
	const [head = [], ...body] = cells;
	return [head, ["---", ...scales.map(() => "---:")], ...body].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

const begin = "<!-- scale -->";
const end = "<!-- end -->";

export const pages = { en: "scale.md", zh: "scale.zh-CN.md" } as const;

export function pathOf(language: "en" | "zh"): string {
	return fileURLToPath(new URL(`../docs/${pages[language]}`, import.meta.url));
}

/** Returns a page's table as it stands, without what formatting adds. */
export function tableIn(page: string): string {
	const table = page.slice(page.indexOf(begin) + begin.length, page.indexOf(end)).trim();
	return table
		.replace(/ +\|/g, " |")
		.replace(/\| +/g, "| ")
		.replace(/:?-{3,}:?/g, (rule) => (rule.endsWith(":") ? "---:" : "---"));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	for (const language of ["en", "zh"] as const) {
		const page = readFileSync(pathOf(language), "utf8");
		const from = page.indexOf(begin) + begin.length;
		writeFileSync(
			pathOf(language),
			`${page.slice(0, from)}\n\n${scaleTable(language)}\n\n${page.slice(page.indexOf(end))}`,
		);
	}
}
