import { setTimeout as pause } from "node:timers/promises";
import type { Browser, CDPSession, Page } from "playwright-core";
import { chromiumPath, openPage, startBrowser } from "../../e2e/kit/browser.ts";
import { until } from "../../e2e/kit/until.ts";
import type { Bench, Figure, Measured } from "../kit/bench.ts";
import { KeptRooms } from "../kit/kept-rooms.ts";
import { talk } from "../kit/talk.ts";

const rate = 500;
const seconds = 10;
const perFrame = 20;

const floor = "a page that adds a line of text for each event, and keeps 200";
const figures: Figure[] = [
	{
		...{
			name: "page at 500/s",
			of: "room's page",
			dividedBy: "list",
			measure: "cpu",
			unit: "ms of the thread a second",
		},
		...{ what: `the page's main thread while a room says ${rate} messages a second ÷ ${floor}`, better: "lower" },
	},
	{
		...{ name: "page at 500/s, longest task", of: "room's page", measure: "longest", unit: "ms", better: "lower" },
		what: "the longest time for which the page could not answer; under 50 ms counts as 0",
	},
	{
		...{ name: "page at 500/s, frames", of: "room's page", dividedBy: "list", measure: "frames", unit: "frames/s" },
		...{ what: "how often the page is drawn ÷ the other page", better: "higher" },
	},
];

/** Counts tasks over 50 ms, as browsers define long tasks; the frame rate shows the time in between. */
const watch = `
	globalThis.longTasks = [];
	new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((e) => e.duration))).observe({ type: "longtask" });
	globalThis.drawn = 0;
	const count = () => { drawn++; requestAnimationFrame(count); };
	requestAnimationFrame(count);
`;

/** Runs in an answer of the service that is no page, because a page of another origin could not reach the service. */
const bareList = (liveId: string) => `
	globalThis.heard = 0;
	const list = document.createElement("ul");
	document.body.replaceChildren(list);
	const socket = new WebSocket(location.origin.replace("http", "ws") + "/ws/${liveId}?batch=1");
	socket.onmessage = ({ data }) => {
		for (const { type, user, content } of JSON.parse(data)) {
			heard++;
			const line = document.createElement("li");
			line.textContent = [type, user?.nickname, content].join(" ");
			list.append(line);
			if (list.childElementCount > 200) list.firstElementChild.remove();
		}
	};
`;

export const page: Bench = {
	name: "page",
	figures: chromiumPath === undefined ? [] : figures,
	rounds: 2,
	async prepare(scale) {
		const kept = await KeptRooms.open(1);
		const browser = await startBrowser();
		const during = Math.max(1, Math.round(seconds * scale));
		return {
			sides: {
				"room's page": () => measure(kept, browser, during, false),
				list: () => measure(kept, browser, during, true),
			},
			close: async () => {
				await browser.close();
				await kept.close();
			},
		};
	},
};

async function measure(kept: KeptRooms, browser: Browser, during: number, isBare: boolean): Promise<Measured> {
	const [room] = kept.simulator.rooms;
	const { page: tab } = await openPage(browser, "about:blank");
	const { url } = kept.service;
	await tab.addInitScript(watch);
	await tab.goto(isBare ? `${url}/health/live` : `${url}/rooms/${room?.liveId}`);
	if (isBare) await tab.evaluate(bareList(room?.liveId ?? ""));
	const lines = async () => {
		room?.produce(perFrame);
		return (await tab.locator("li").count()) >= perFrame;
	};
	await until("the page shows what the room says", lines, { limitMs: 120_000 });
	await pause(1_000);
	const session = await tab.context().newCDPSession(tab);
	await session.send("Performance.enable");
	await tab.evaluate("longTasks.length = 0; drawn = 0; globalThis.heard = 0");
	const [stored, busyBefore] = [kept.stored(), await busySeconds(session)];
	const messages = rate * during;
	await talk({ rooms: kept.simulator.rooms, messages, perFrame, seconds: during });
	await pause(500);
	const busy = (await busySeconds(session)) - busyBefore;
	const seen = await seenBy(tab);
	const events = kept.stored() - stored;
	await tab.context().close();
	if (isBare && seen.heard !== events) throw new Error(`${events} events were stored, ${seen.heard} came.`);
	const took = { cpu: (busy * 1000) / during, longest: Math.max(0, ...seen.tasks), frames: seen.frames / during };
	return { did: { events }, took };
}

async function busySeconds(session: CDPSession): Promise<number> {
	const { metrics } = await session.send("Performance.getMetrics");
	return metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN;
}

function seenBy(tab: Page): Promise<{ tasks: number[]; frames: number; heard: number }> {
	return tab.evaluate("({ tasks: longTasks, frames: drawn, heard: globalThis.heard })");
}
