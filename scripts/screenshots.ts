/**
 * Takes the pictures of docs/images: every screen, wide and as on a phone, light and dark, in both languages, of rooms
 * that the simulator invents. Pictures of a cluster need nats-server.
 *
 *     npm run screenshots [-- --only rooms,room --dir /tmp/pictures --minutes 4]
 */
import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Simulator, startSimulator } from "@livekeeper/simulator";
import type { Page } from "playwright-core";
import { hasNats, startNodes } from "../e2e/cluster/start-nodes.ts";
import { openPage, type PageOptions, startBrowser } from "../e2e/kit/browser.ts";
import { ServiceProcess } from "../e2e/kit/service-process.ts";
import { until } from "../e2e/kit/until.ts";

interface Screen {
	path: string;
	/** Whether it shows a node of a cluster. */
	inCluster?: true;
	/** Brings the page to the view of the picture. */
	prepare?: (page: Page) => Promise<void>;
}

const screens: Record<string, Screen> = {
	rooms: { path: "/" },
	cards: { path: "/", prepare: (page) => press(page, "button", /^(卡片|Cards)$/) },
	room: { path: "/rooms/1001" },
	charts: {
		path: "/rooms/1001",
		prepare: (page) => press(page, "tab", /^(走势|Charts)$/),
	},
	connections: { path: "/connections" },
	nodes: { path: "/nodes", inCluster: true },
	"overlay-builder": { path: "/overlay?live_id=1001" },
	settings: { path: "/settings" },
	help: {
		path: "/doctor",
		prepare: async (page) => {
			await page.getByRole("main").getByRole("textbox").first().fill("1001");
			await page.getByRole("button", { name: /^(检查|开始检查|Check)$/ }).click();
			await pause(2_000);
		},
	},
};

const shapes: Record<string, PageOptions> = {
	"zh-light": { locale: "zh-CN", theme: "light", width: 1440, height: 900 },
	"en-dark": { locale: "en-US", theme: "dark", width: 1440, height: 900 },
	"zh-dark-phone": { locale: "zh-CN", theme: "dark", width: 360, height: 740 },
	"en-light-phone": { locale: "en-US", theme: "light", width: 360, height: 740 },
};

/** Presses a control if it is there: phones and wide pages leave some out. */
async function press(page: Page, role: "button" | "tab", name: RegExp): Promise<void> {
	const control = page.getByRole(role, { name });
	if (await control.isVisible()) await control.click();
}

/** Creates rooms in every condition: fine, without all their gifts, silent, refused, cut off, over, not there. */
function makeRooms(simulator: Simulator): string[] {
	const rates = [12, 7, 5, 4, 3, 2, 1.5, 1, 1, 0.5, 2, 1];
	for (const [i, rate] of rates.entries()) simulator.addRoom(`${1001 + i}`, { rate });
	simulator.identities.set("second", { gifts: "first:2" });
	simulator.room("1006")?.setFault({ fault: "device_blocked" });
	simulator.room("1007")?.setFault({ fault: "http_status", status: 503, on: "socket" });
	simulator.room("1008")?.end();
	return [...rates.map((_, i) => `${1001 + i}`), "404404"];
}

async function fill(service: ServiceProcess, receiver: string): Promise<void> {
	const set = async (method: string, path: string, body: object) => {
		const answer = await service.request(method, `/api/v1/${path}`, body);
		if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
	};
	const expires = Date.now() + 9 * 86_400_000;
	await set("PUT", "identities/main", { cookie: "ttwid=1%7Cmade-up; sessionid=made-up", expires_at: expires });
	await set("PUT", "identities/second", { cookie: "sessionid=second" });
	await set("PUT", "rooms/1002", { identity: "main" });
	await set("PUT", "rooms/1003", { identity: "second" });
	await set("PUT", "rooms/1001", { pinned: true });
	await set("POST", "targets", { settings: { url: receiver }, live_ids: "*", types: ["gift"] });
	await set("POST", "targets", { settings: { url: `${receiver}away` }, live_ids: ["1002"], types: ["chat"] });
	const settings = "theme=bubbles&widgets=feed,pk,ranking,goal&ranks=3";
	await set("POST", "overlay-tokens", { name: "OBS", live_id: "1001", settings });
}

/** Runs for a while, and takes a room through everything that its history shows. */
async function live(simulator: Simulator, minutes: number): Promise<void> {
	const room = simulator.room("1001");
	const part = (minutes * 60_000) / 4;
	await pause(part);
	simulator.room("1005")?.setFault({ fault: "half_open", for_ms: minutes * 60_000 });
	room?.setFault({ fault: "reset" });
	await pause(part);
	room?.setFault({ fault: "ignore_cursor", for_ms: 30_000 });
	room?.setFault({ fault: "http_status", status: 503, on: "socket", for_ms: 12_000 });
	room?.setFault({ fault: "cut" });
	await pause(2 * part);
}

/** Starts three nodes that share the rooms, the last of them twice as large. */
async function startCluster(simulator: Simulator, liveIds: readonly string[]) {
	const { nodes, close } = await startNodes(simulator, { "east-1": 1, "east-2": 1, "west-1": 2 });
	const [first] = nodes;
	if (!first) throw new Error("there is no node");
	for (const liveId of liveIds) await first.service.startRoom(liveId);
	return { service: first.service, close };
}

const possible = Object.keys(screens).filter((name) => hasNats || !screens[name]?.inCluster);
const root = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({
	options: {
		only: { type: "string", default: possible.join(",") },
		dir: { type: "string", default: join(root, "docs/images") },
		minutes: { type: "string", default: "4" },
	},
});
mkdirSync(values.dir, { recursive: true });
const receiver = createServer((request, response) => {
	response.writeHead(request.url === "/away" ? 503 : 204).end();
}).listen(0, "127.0.0.1");
const simulator = await startSimulator({ rooms: 0, seed: 7, port: 0 });
const rooms = makeRooms(simulator);
const service = await ServiceProcess.start({
	upstreamUrl: simulator.url,
	config: { max_connections: 9, target_allow_private: true },
});
const names = values.only.split(",");
const cluster = names.some((name) => screens[name]?.inCluster) ? await startCluster(simulator, rooms) : undefined;
const browser = await startBrowser();
try {
	for (const room of rooms) await service.startRoom(room);
	await fill(service, `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`);
	await live(simulator, Number(values.minutes));
	for (const name of names) {
		const screen = screens[name];
		if (!screen) throw new Error(`There is no screen "${name}"; there are: ${Object.keys(screens).join(", ")}.`);
		for (const [shape, options] of Object.entries(shapes)) await take(`${name}-${shape}`, screen, options);
	}
} finally {
	await browser.close();
	await service.close();
	await cluster?.close();
	await simulator.close();
	receiver.close();
}

async function take(name: string, { path, inCluster, prepare }: Screen, options: PageOptions): Promise<void> {
	const { url } = inCluster && cluster ? cluster.service : service;
	const { page } = await openPage(browser, `${url}${path}`, options);
	await page.locator("main").waitFor();
	await until("the page is at rest", () => page.evaluate("document.readyState === 'complete'"));
	await prepare?.(page);
	await pause(2_500);
	await page.screenshot({ path: join(values.dir, `${name}.jpg`), type: "jpeg", quality: 82 });
	await page.context().close();
	console.log(`${name}.jpg`);
}
