import type { connections as zh } from "../zh/connections.ts";

export const connections: typeof zh = {
	title: "Connections",
	loading: "Reading…",
	held: "Connections in use",
	waiting: "Rooms waiting",
	of: "{held} / {limit}",
	limits: {
		title: "Connection limits",
		max_connections: "In total",
		max_connections_per_identity: "Per identity",
		max_connections_per_proxy: "Per proxy",
		none: "no limit",
		how: "Empty means no limit. Takes effect at once and lasts until the service restarts; put it into the configuration (max_connections …) to keep it.",
		apply: "Apply",
		applied: "Applied",
		wrong: "Expected a whole number from 1 to 100000, or nothing.",
	},
	queue: {
		title: "Who waits, and why",
		none: "No room waits for a connection.",
		noneUnlimited:
			"There is no limit: every room that broadcasts may connect. Where accounts or proxies are scarce, set a number under “Connection limits”, and the most important rooms are connected first.",
		position: "#",
		room: "Room",
		priority: "Priority",
		since: "Since",
		why: "Why",
	},
	holders: {
		title: "Who holds permits",
		none: "Nothing is connected now. Rooms that are offline or wait to reconnect hold no permit.",
		second: "second connection",
		givingWay: "giving way",
		more: "and {n} more connections; all rooms are under",
	},
	priority: { pinned: "Pinned", readers: "Being read", live: "Live", idle: "Idle" },
	outage: {
		title: "Outage",
		none: "None. When most rooms fail at once, one of them tries for all while the others wait; then they come back in order of priority.",
		fixed:
			"The strategy is “fixed”: each room reconnects by itself. One room trying for all in an outage, and success rates of push hosts, come with strategy=adaptive (after a restart).",
		now: "Began {ago}: {reason}. {room} tries for all, {n} rooms wait.",
	},
	hosts: {
		title: "Push hosts",
		none: "No push host has been connected to yet.",
		host: "Host",
		rooms: "Rooms",
		rate: "Success rate",
		open: "left alone",
		inUse: "in use",
		unknown: "–",
	},
	reasons: {
		title: "Reconnects by reason",
		none: "No room has had to reconnect.",
		reason: "Reason",
		count: "Times",
		rooms: "Rooms with most",
	},
};
