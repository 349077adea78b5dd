import type { nodes as zh } from "../zh/nodes.ts";

export const nodes: typeof zh = {
	title: "Nodes",
	loading: "Reading…",
	running: "Rooms running",
	list: "Nodes and their rooms",
	none: "There is no node.",
	self: "serves this page",
	roomsOf: "no rooms of node {node} | 1 room of node {node} | {n} rooms of node {node}",
	share: "{percent} ≈ {n}",
	column: {
		node: "Node",
		state: "State",
		rooms: "Rooms",
		weight: "Weight",
		share: "Share by weight",
		started: "Started",
		version: "Version",
		url: "Listens at",
	},
	state: { here: "Running", draining: "Draining", cut_off: "Cut off from NATS", unknown: "Unknown" },
	how: "Rooms are placed by a hash of their id, so what a node has varies around the share that its weight gives. How to add, remove and upgrade nodes is told in the manual, “Cluster”.",
	alone: {
		title: "This service runs by itself",
		what: "It is no node of a cluster: this one process keeps all rooms.",
		docs: "How several machines share the rooms is described in the manual, “Cluster”.",
	},
	trouble: {
		unheard: {
			what: "NATS has not heard node {node} for {n} s.",
			todo: "Below is how things were before. The other nodes take its rooms over after about 10 s; it holds what they say in memory, and after 30 s (this can be set) it disconnects them all. Look at the NATS servers, and at this machine's line to them. Another process may also run under the same name: then stop one of the two.",
		},
		nobody: {
			what: "No node takes rooms.",
			todo: "Start a node; rooms go on from where their logs stand.",
		},
		unstored: {
			what: "nothing | What a room of node {node} says can't be stored. | What {n} rooms of node {node} say can't be stored.",
			todo: "Look at NATS: is there a majority of servers, is there space on their disks? Meanwhile the node holds what they say in memory.",
		},
		draining: {
			what: "Node {node} is about to stop; all of its rooms are handed over. | Node {node} is about to stop and hands its rooms over, 1 left. | Node {node} is about to stop and hands its rooms over, {n} left.",
			todo: "Nothing to do: the others take them over without a gap. It ends after 30 s (this can be set) at the latest; start it again once its work is done.",
		},
		versions: {
			what: "The nodes' versions differ: {versions}.",
			one: "{version} ({nodes})",
			comma: "; ",
			todo: "That is as it should be while you upgrade one by one. Otherwise bring all to one version; the release notes say which can't run beside each other.",
		},
	},
};
