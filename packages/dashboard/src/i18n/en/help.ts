import type { help as zh } from "../zh/help.ts";

export const help: typeof zh = {
	title: "Help",
	doctor: {
		title: "Examine a room",
		what: "Tries each step from the service to a room's messages, and says which fails and what to do. Each examination visits Douyin once, as a person would; rooms that are connected stay as they are.",
		room: "Room",
		roomHint: "id or address; empty: one that the identity, or else the service, has",
		identity: "Identity",
		asRoom: "as the room goes",
		run: "Examine",
		running: "Examining…",
		stop: "Stop",
		wrongRoom: "No room found in this. Expected an address https://live.douyin.com/… or the id at its end.",
		ms: "{n} ms",
		kept: "Room {room} can be kept.",
		notKept: "Room {room} can't be kept as things are: see the steps marked ✗.",
		noRoom: "The service works. Give a room to try the way to its messages as well.",
		step: {
			nats: "NATS",
			service: "Service",
			upstream: "Upstream",
			identity: "Identity",
			room: "Room",
			cookie: "Cookie",
			page: "Page",
			login: "Login",
			im_fetch: "First messages",
			socket: "Push socket",
		},
		good: "good",
		bad: "wrong",
		neutral: "note",
	},
	questions: {
		title: "What stops people",
		not_found: {
			ask: "“Not found”",
			answer:
				"The id is wrong, or the room is gone. Open the room's page and copy what follows https://live.douyin.com/ in its address; open a short link (v.douyin.com) in a browser first.",
			link: "Add it anew",
		},
		offline: {
			ask: "“Offline”",
			answer:
				"The broadcast is not on, and nothing is wrong. The service looks every 30 seconds and connects by itself when it begins.",
			link: "To the rooms",
		},
		blocked: {
			ask: "“Blocked”",
			answer:
				"Douyin refuses this address or identity for now; it is tried again after 5 minutes. If that stays: use another network or proxy, the cookie of a login, or fewer rooms from one address.",
			link: "Set identities and proxies",
		},
		login: {
			ask: "No gifts come, names are masked",
			answer:
				"Douyin sends gifts to logged-in sessions only. Add an identity under Settings: paste the cookie of a browser that is logged in, and have rooms use it. You are told before its login ends.",
			link: "Add an identity",
		},
		silent: {
			ask: "Connected, but nothing arrives",
			answer:
				"Look at the room on Douyin first: does anybody say anything? “Quiet” is fine; when “silent”, the service examines the room and reconnects by itself. The examination above shows which step brings nothing.",
			link: "Examine the room",
		},
		waiting: {
			ask: "A room stays queued",
			answer: "The connection limit is reached. Raise it, or pin the rooms that matter: they are connected first.",
			link: "See the limits",
		},
		key: {
			ask: "An API key is asked for, or is wrong",
			answer:
				"It is the api_key that the service was started with (LIVEKEEPER_API_KEY, or the configuration file); commands take --api-key. If it is lost, set a new one and restart the service.",
			link: "Replace the key",
		},
		cors: {
			ask: "My web page can't read (CORS, forbidden_origin)",
			answer:
				"Browsers let listed origins in only. Add the page's origin (http://127.0.0.1:8000, without a path) to cors_origins and restart the service.",
			link: "See cors_origins",
		},
		obs: {
			ask: "Show messages in OBS",
			answer:
				"Add a “Browser” source in OBS with the address that the Overlay page gives. The service runs on the same machine as OBS, or is opened to others with host and an API key.",
			link: "Make an overlay",
		},
		api: {
			ask: "Read messages with a program",
			answer: "Everything here is an HTTP API, and messages are read by WebSocket, server-sent events or Socket.IO.",
			link: "API docs",
		},
	},
};
