import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turnOfLoop } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { LivekeeperClient, type RoomEvent } from "@livekeeper/client";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { CuttableProxy } from "./kit/cuttable-proxy.ts";
import { Rig } from "./kit/rig.ts";
import { until } from "./kit/until.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
let rig: Rig;
let folder: string;

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), "livekeeper-examples-"));
	rig = await Rig.start({ speed: 5, simulator: { rate: 30, seed: 7 } });
	await until("there are chats and gifts", async () => (await logged("chat")).length > 30 && (await logged("gift"))[5]);
});

afterAll(async () => {
	await rig?.stop();
	rmSync(folder, { recursive: true, force: true });
});

async function logged<Type extends RoomEvent["type"]>(type: Type): Promise<Extract<RoomEvent, { type: Type }>[]> {
	const room = new LivekeeperClient({ url: rig.url }).room("1001");
	const events: RoomEvent[] = [];
	for (let after = 0, more = true; more; ) {
		const page = await room.history({ after, types: [type], limit: 1000 });
		events.push(...page.events);
		[after, more] = [page.nextAfter, !page.caughtUp];
	}
	return events as Extract<RoomEvent, { type: Type }>[];
}

/** Runs an example to its end. @returns the lines it printed */
async function run(name: string, ...args: string[]): Promise<string[]> {
	const command = ["node_modules/tsx/dist/cli.mjs", `examples/${name}.ts`, ...args, "--url", rig.url];
	const child = spawn(process.execPath, command, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
	onTestFinished(() => void child.kill("SIGKILL"));
	let [out, err] = ["", ""];
	child.stdout.on("data", (chunk: Buffer) => (out += chunk));
	child.stderr.on("data", (chunk: Buffer) => (err += chunk));
	expect([(await once(child, "close"))[0], err]).toEqual([0, ""]);
	return out.trim().split("\n");
}

test("chat-to-file resumes where it stopped, even within a line", async () => {
	const file = join(folder, "chat.jsonl");
	await run("chat-to-file", "1001", file, "--count", "10");
	// A partial line, as after a kill.
	appendFileSync(file, '{"seq":12,"content":"哈');
	await run("chat-to-file", "1001", file, "--count", "15");
	const lines = readFileSync(file, "utf8").trim().split("\n");
	const chats = (await logged("chat")).slice(0, 25).map(({ seq, content }) => ({ seq, content }));
	expect(lines.map((line) => JSON.parse(line)).map(({ seq, content }) => ({ seq, content }))).toEqual(chats);
});

test("gift-game ends when a giver reaches the target", async () => {
	const totals = new Map<string, number>();
	const winner = (await logged("gift")).find(({ user, diamonds }) => {
		const sum = (totals.get(user?.id ?? "") ?? 0) + diamonds;
		totals.set(user?.id ?? "", sum);
		return sum >= 5;
	});
	const lines = await run("gift-game", "1001", "--goal", "5", "--after", "0");
	expect(lines.at(-1)).toBe(`${winner?.user?.nickname} wins with ${totals.get(winner?.user?.id ?? "")} diamonds`);
});

test("keyword-alert reports each user once a minute", async () => {
	const chats = await logged("chat");
	const [first] = chats;
	const lines = await run("keyword-alert", "1001", ` ,${first?.content.toUpperCase()}`, "--after", "0", "--count", "1");
	expect(lines).toEqual([`${first?.seq} ${first?.content.toLowerCase()}: ${first?.user?.nickname}: ${first?.content}`]);
});

/** Imported dynamically, because their types would add a document's globals, which nothing else here has. */
const load = <Module>(name: string): Promise<Module> => import(name) as Promise<Module>;

interface Page {
	document: {
		querySelector(what: string): { title: string } | null;
		querySelectorAll(what: string): Iterable<{ textContent: string }>;
	};
	close(): void;
}
interface React {
	createElement(...args: unknown[]): unknown;
	StrictMode: unknown;
}
interface ReactDom {
	createRoot(into: unknown): { render(tree: unknown): void; unmount(): void };
}
interface LiveRoomOptions {
	after?: number;
	keep?: number;
}
interface Example {
	useLiveRoom(
		client: LivekeeperClient,
		liveId: string,
		options: LiveRoomOptions,
	): { events: readonly RoomEvent[]; error: Error | undefined; ended: boolean; missing: number };
}

describe("useLiveRoom, in React and a document", () => {
	let proxy: CuttableProxy;
	let window: Page;

	beforeAll(async () => {
		proxy = await CuttableProxy.listen(rig.service.port);
		const { JSDOM } = await load<{ JSDOM: new (html: string) => { window: Page } }>("jsdom");
		({ window } = new JSDOM("<!doctype html><main></main>"));
		vi.stubGlobal("window", window);
		vi.stubGlobal("document", window.document);
	});
	afterAll(async () => {
		// Work that React scheduled before the unmount is done by now, and still finds the document.
		for (let turn = 0; turn < 10; turn++) await turnOfLoop();
		vi.unstubAllGlobals();
		await proxy?.close();
		window?.close();
	});

	/** Mounts a component that lists a room's events twice, as in development. */
	async function mount(liveId: string, options: LiveRoomOptions) {
		// React checks for a document when it is loaded.
		const { createElement, StrictMode } = await load<React>("react");
		const { createRoot } = await load<ReactDom>("react-dom/client");
		const { useLiveRoom } = await load<Example>(`${root}examples/react/use-live-room.ts`);
		const client = new LivekeeperClient({ url: proxy.url });
		const seen: number[] = [];
		let renders = 0;
		const chat = () => {
			const { events, error, ended, missing } = useLiveRoom(client, liveId, { ...options });
			renders++;
			for (const { seq } of events) if (seq > (seen.at(-1) ?? 0)) seen.push(seq);
			const lines = events.map(({ seq }) => createElement("li", { key: seq }, seq));
			return createElement("ul", { title: `${error?.name ?? "fine"} ${ended} ${missing}` }, lines);
		};
		const tree = createRoot(window.document.querySelector("main"));
		tree.render(createElement(StrictMode, null, createElement(chat)));
		onTestFinished(() => tree.unmount());
		const shown = () => [...window.document.querySelectorAll("li")].map(({ textContent }) => Number(textContent));
		const title = () => window.document.querySelector("ul")?.title;
		return { tree, seen, shown, title, renders: () => renders };
	}

	/** Returns the number of streams that the service has open. */
	async function readers(): Promise<number> {
		const text = await (await fetch(`${rig.url}/metrics`)).text();
		return [...text.matchAll(/^livekeeper_readers(?:\{[^}]*\})? (\d+)/gm)].reduce((sum, [, n]) => sum + Number(n), 0);
	}

	test("shows every event once and in order across disconnects", async () => {
		const { tree, seen, shown, title, renders } = await mount("1001", { after: 0, keep: 20 });
		await until("it shows events", () => shown().length === 20);
		await until("one stream is open, not two", async () => (await readers()) === 1);
		proxy.cut();
		const before = seen.at(-1) ?? 0;
		await until("it resumes after a cut", () => (seen.at(-1) ?? 0) > before + 20);
		const open = proxy.block();
		await until("it reports a problem", () => title() === "LivekeeperApiError false 0");
		await rig.restartService();
		open();
		proxy.target = rig.service.port;
		const last = seen.at(-1) ?? 0;
		await until("it resumes after a restart", () => (seen.at(-1) ?? 0) > last + 20);
		expect(title()).toBe("fine false 0");
		const list = shown();
		expect(list.length).toBe(20);
		expect(list).toEqual(list.map((_, n) => (list[0] ?? 0) + n));
		// Events that were never shown arrived in the same tenth of a second as more than are kept.
		expect(seen).toEqual(seen.toSorted((a, b) => a - b));
		expect(renders()).toBeLessThan(seen.at(-1) ?? 0);
		tree.unmount();
		await until("no stream is open", async () => (await readers()) === 0);
	});

	test("gives up on an unknown room with a message", async () => {
		const { title } = await mount("9999", {});
		await until("it has ended", () => title() === "LivekeeperApiError true 0");
	});
});
