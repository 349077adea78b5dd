import { LivekeeperClient } from "@livekeeper/client";
import { Images } from "../service/images.ts";
import { demoEvents } from "./demo.ts";
import { followForEver } from "./follow-for-ever.ts";
import { eventTypes } from "./line.ts";
import { adoptInjectedStyles, Overlay } from "./overlay.ts";
import { parseSettings } from "./settings.ts";

/** The page `/overlay/{live_id}`: what a browser source of OBS shows. */
const settings = parseSettings(location);
const client = new LivekeeperClient({ url: new URL("/", location.href), apiKey: settings.token || undefined });
const overlay = new Overlay(document, settings, new Images(() => client));
adoptInjectedStyles(document);
// OBS changes what stands behind the # without loading the page again.
addEventListener("hashchange", () => location.reload());

if (settings.demo) {
	const next = demoEvents(settings.lang);
	setInterval(() => overlay.add(next()), 900);
} else {
	const liveId = decodeURIComponent(location.pathname.split("/")[2] ?? "");
	if (settings.kinds.includes("gift")) void askForGifts(liveId);
	void followForEver({
		client,
		liveId,
		types: eventTypes(settings.kinds),
		signal: new AbortController().signal,
		pause: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
		onEvent: (event) => overlay.add(event),
	});
}

/** What was withheld before the page was opened no event will tell. */
async function askForGifts(liveId: string): Promise<void> {
	try {
		const { gift_coverage: coverage } = await client.room(liveId).status();
		if (coverage.verdict !== "all" && coverage.verdict !== "unknown") overlay.markIncomplete();
	} catch (error) {
		console.warn("livekeeper overlay: whether all gifts come is not known.", error);
	}
}
