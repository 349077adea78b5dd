import type { shell as zh } from "../zh/shell.ts";

export const shell: typeof zh = {
	nav: {
		label: "Main",
		rooms: "Rooms",
		overlay: "Overlay",
		connections: "Connections",
		nodes: "Nodes",
		settings: "Settings",
		help: "Help",
		api: "API docs",
	},
	skip: "Skip to content",
	add: {
		label: "Add a room",
		placeholder: "Paste a room's link, a share text, or an id",
		button: "Add",
		adding: "Adding…",
		none: "No room found in this. Paste an address https://live.douyin.com/…, a share text, or the id at the end of the address.",
		comma: ", ",
		shortLink:
			"A short link (v.douyin.com) does not name the room. Open it in a browser and copy the address https://live.douyin.com/… from there.",
		added: "Added {names}",
	},
	service: {
		ok: "Service ok",
		connecting: "Connecting to the service…",
		lost: "Connection to the service lost",
		storage: "Nothing can be stored",
		locked: "API key needed",
	},
	lost: {
		banner:
			"The livekeeper service can't be reached; trying again. While it runs, rooms are not affected, and all goes on from here; where it has stopped, start it again.",
		next: "next attempt in {seconds} s",
		now: "Try now",
	},
	key: {
		title: "API key needed",
		why: "This service is protected by an API key (LIVEKEEPER_API_KEY). It is kept in this browser only.",
		label: "API key",
		open: "Enter",
		wrong: "This key is wrong.",
		token: "This is an overlay token, which can only read. Enter the API key.",
	},
	language: "Language",
	theme: { label: "Theme", light: "Light", dark: "Dark", system: "As the system" },
	notFound: { title: "There is no such page", back: "Back to the rooms" },
	copy: "Copy",
	copied: "Copied",
	close: "Close",
	cancel: "Cancel",
	retry: "Try again",
	ago: {
		now: "just now",
		seconds: "{n} s ago",
		minutes: "{n} min ago",
		hours: "{n} h ago",
		days: "{n} d ago",
		never: "never",
	},
	in: { seconds: "in {n} s", minutes: "in {n} min", hours: "in {n} h" },
};
