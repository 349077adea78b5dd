import type { search as zh } from "../zh/search.ts";

export const search: typeof zh = {
	where: "Where to search",
	scope: { broadcast: "This broadcast", room: "This room", all: "All rooms" },
	searching: "Searching… back to {to}, {looked} messages so far",
	paused: "Searched back to {to}, {looked} messages",
	done: "Searched everything, {looked} messages",
	found: "{n} found",
	none: "Nothing was found.",
	noneYet: "Nothing found yet.",
	stop: "Stop",
	more: "Search further",
	back: "Back to live messages",
	results: "Search results",
	thisBroadcast: "This broadcast",
	older: "Earlier messages",
	past: "Reading earlier messages…",
	beginning: "This is the oldest message there is",
	person: {
		title: "What {name} said and gave",
		said: "Messages",
		gave: "Gave",
		note: "Only what livekeeper received and still keeps",
		close: "Close",
	},
};
