// Which part may import which: data flows in one direction (docs/architecture.md), and a part that reached back, or past
// another's index, would tie the two together without anybody having decided so. `npm run layers` checks it.
import { fileURLToPath } from "node:url";

/**
 * For each package its parts, each with the parts that it may import. A part is a folder directly below `src`, or a
 * file there with the same name, or both. What is not in the table may not be there, and a part may import itself.
 * Types count as well: who knows another's types knows the other. Tests are free to import any part.
 */
const parts = {
	// From bytes to events, from events to a room: nothing here knows of servers, databases or more rooms than one.
	douyin: {
		// Which Node all of it needs: asked before anything else is loaded.
		"node-version": [],
		"require-node": ["node-version"],
		clock: [],
		"or-abort": [],
		reconnect: [],
		wire: [],
		errors: ["reconnect"],
		net: ["clock", "errors", "reconnect"],
		login: ["errors", "net"],
		events: ["wire", "gifts"],
		gifts: ["events"],
		// The contract that the service drives, and that tests put a fake in the place of: types alone.
		upstream: ["errors", "events", "gifts", "login"],
		// Joins what connections bring. Pure: no clock, no network, no retries.
		sequencer: ["events", "upstream"],
		codec: ["errors", "events", "upstream", "wire"],
		// What the open platform pushes: signatures, and entries made into events. Pure.
		official: ["events"],
		signature: ["clock", "errors", "net"],
		lookup: ["clock", "codec", "errors", "login", "net", "or-abort", "signature", "upstream"],
		// What people paste, and where it leads.
		links: ["clock", "errors", "lookup", "net"],
		session: ["clock", "codec", "errors", "lookup", "net", "reconnect", "signature", "upstream"],
		// Keeps one connection; whose, and what for, is its host's to say.
		connection: ["clock", "errors", "upstream"],
		client: [
			...["clock", "connection", "errors", "events", "gifts", "links", "login", "lookup", "net", "reconnect"],
			...["sequencer", "session", "signature", "upstream"],
		],
		probe: ["client", "errors", "login", "lookup", "net", "session", "upstream"],
		// Simulations choose push hosts as sessions do.
		testing: ["clock", "session"],
		index: [
			...[
				"client",
				"clock",
				"codec",
				"connection",
				"errors",
				"events",
				"gifts",
				"links",
				"login",
				"lookup",
				"net",
				"official",
				"or-abort",
				"probe",
			],
			...["reconnect", "require-node", "sequencer", "session", "signature", "upstream", "wire"],
		],
	},
	// Messages go rooms → live → event-log → outputs, commands go http and cli → live → connections → rooms.
	livekeeper: {
		// Every part speaks to people.
		text: [],
		errors: ["text"],
		log: ["text"],
		"time-input": ["text"],
		"room-options": ["text"],
		// A number for a name, the same in every version.
		hash: [],
		version: [],
		// As Windows needs it.
		"rename-file": [],
		// Tells all who want to know, whatever one of them throws.
		listeners: [],
		// One after the other.
		turns: [],
		// A bounded number at a time.
		"map-all": [],
		// How sockets answer pings, on either side.
		"answer-pings": [],
		"data-folder": [],
		// Opening SQLite files, setting them aside, noticing lost ones. In threads of their own: it waits for the disk.
		database: ["errors", "rename-file", "text"],
		// Small state under keys with revisions, and what is kept there.
		storage: ["database", "errors", "room-options", "text"],
		// One room's life; it knows neither the set that it is in nor where its events are stored.
		rooms: ["comparison", "errors", "health", "listeners", "text", "watching"],
		// What a connection's silence, its answers and a room's record tell of it. Pure: verdicts, and nothing is done.
		health: ["text"],
		// What several connections bring of the same. Pure.
		comparison: [],
		connections: ["comparison", "errors", "listeners", "room-options", "rooms", "text", "watching"],
		// Which room is looked up, by which way, and when.
		watching: ["log", "rooms", "text"],
		"event-log": [
			"data-folder",
			"database",
			"errors",
			"hash",
			"listeners",
			"rename-file",
			"room-options",
			"storage",
			"text",
			"turns",
		],
		live: ["connections", "errors", "event-log", "official", "room-options", "storage", "text", "turns", "watching"],
		// What the open platform pushes; it asks the rooms through what it is given.
		official: ["errors", "event-log", "room-options", "storage", "text", "turns"],
		// Which nodes are there, and which room is whose.
		cluster: ["connections", "errors", "event-log", "hash", "listeners", "live", "room-options", "text"],
		metrics: ["live", "text"],
		// What a room's status is on the wire: each schema with what makes it.
		wire: ["event-log", "live", "official", "text"],
		// A broadcast for people: made from the log's sums, and said in some lines.
		reports: ["event-log", "text", "wire"],
		// Readers are served from the log: no output ever asks a room.
		outputs: [
			"answer-pings",
			"errors",
			"event-log",
			"hash",
			"live",
			"log",
			"map-all",
			"storage",
			"text",
			"turns",
			"version",
			"wire",
		],
		http: [
			"cluster",
			"errors",
			"event-log",
			"live",
			"map-all",
			"metrics",
			"official",
			"outputs",
			"reports",
			"room-options",
			"storage",
			"text",
			"time-input",
			"version",
			"wire",
		],
		// Tools for language models: they ask the API as its client does, and take what its schemas take.
		mcp: ["errors", "http", "text", "version"],
		config: ["errors", "text"],
		service: [
			...["cluster", "config", "connections", "data-folder", "errors", "event-log", "http", "live", "log", "mcp"],
			...["metrics", "official", "outputs", "reports", "storage", "text", "version", "watching", "wire"],
		],
		cli: [
			...[
				"config",
				"data-folder",
				"database",
				"errors",
				"event-log",
				"log",
				"mcp",
				"outputs",
				"rename-file",
				"reports",
				"service",
			],
			...["storage", "text", "time-input", "version"],
		],
		index: ["config", "errors", "event-log", "live", "rooms", "service", "wire"],
	},
	simulator: {
		errors: [],
		cookies: [],
		logins: [],
		// What is said, drawn from a seed; it knows nobody who sends it.
		traffic: ["errors"],
		rooms: ["errors", "traffic"],
		// What the site allows an address.
		site: [],
		faults: ["errors", "site"],
		replay: ["errors", "traffic"],
		// Which part may use what of it.
		identities: ["errors", "logins", "rooms"],
		// The other way to what happens in rooms: pushed to apps.
		"open-platform": ["errors", "rooms", "traffic"],
		pages: ["cookies", "faults", "identities", "logins", "rooms", "site", "traffic"],
		push: ["cookies", "faults", "identities", "rooms", "site", "traffic"],
		options: ["errors", "identities", "pages", "rooms", "site", "traffic"],
		"simulated-room": ["faults", "push", "rooms", "traffic"],
		simulator: ["faults", "identities", "logins", "open-platform", "push", "rooms", "simulated-room", "site"],
		control: [
			...["errors", "faults", "identities", "open-platform", "push", "rooms"],
			...["simulated-room", "simulator", "site", "traffic"],
		],
		"start-simulator": [
			...["control", "errors", "faults", "identities", "logins", "open-platform", "options", "pages", "push"],
			...["replay", "rooms", "simulator", "site", "traffic"],
		],
		index: [
			...["errors", "faults", "identities", "open-platform", "options", "pages", "push", "rooms"],
			...["simulated-room", "simulator", "site", "start-simulator", "traffic"],
		],
	},
	dashboard: {
		text: [],
		// What of gifts counts, wherever they show.
		gifts: [],
		styles: [],
		i18n: [],
		service: ["i18n", "text"],
		// The two know each other: a room's mark is a piece of the interface, and the list of rooms is made of pieces.
		ui: ["rooms", "service", "text"],
		rooms: ["service", "text", "ui"],
		// Loaded in OBS without anything of the dashboard.
		overlay: ["gifts", "service", "text"],
		// A screen knows no other screen.
		connections: ["rooms", "service", "text", "ui"],
		help: ["rooms", "service", "text", "ui"],
		// Dialogs that lie over every screen.
		login: ["help", "rooms", "service", "text", "ui"],
		nodes: ["service", "text", "ui"],
		"overlay-builder": ["overlay", "rooms", "service", "text", "ui"],
		report: ["service", "text", "ui"],
		// All rooms over a day: gifts and running broadcasts as the screen of one room has them.
		today: ["room", "rooms", "service", "text", "ui"],
		room: ["gifts", "rooms", "service", "text", "ui"],
		// Follows rooms as overlays do, and rings as they do.
		notices: ["overlay", "rooms", "service", "text", "ui"],
		settings: ["app", "help", "i18n", "notices", "rooms", "service", "text", "ui"],
		app: [
			"connections",
			"help",
			"i18n",
			"login",
			"nodes",
			"notices",
			"overlay-builder",
			"report",
			"room",
			"rooms",
			"service",
			"settings",
			"text",
			"today",
			"ui",
		],
		main: ["app", "i18n", "service", "styles"],
	},
};

/** Packages of the workspace that each package may import, in what it ships. */
const packages = {
	douyin: [],
	simulator: ["douyin"],
	client: ["douyin"],
	dashboard: ["client"],
	livekeeper: ["client", "dashboard", "douyin", "simulator"],
};

/** Libraries that one part answers for, so that another can be put in their place by changing that part alone. */
const libraries = [
	{ library: "got|tough-cookie|agent-base|socks-proxy-agent", only: "douyin/src/net/" },
	{ library: "better-sqlite3", only: "livekeeper/src/(database|event-log/sqlite|storage|outputs/export/added-up)" },
	{ library: "@nats-io/.+", only: "livekeeper/src/event-log/jetstream/" },
	{ library: "@duckdb/.+|csv-stringify", only: "livekeeper/src/outputs/export/" },
	{ library: "fastify|@fastify/.+|fastify-type-provider-zod", only: "(livekeeper/src/http|simulator/src)/" },
	{ library: "mqtt", only: "livekeeper/src/outputs/targets/transports/" },
	{ library: "liquidjs", only: "livekeeper/src/outputs/targets/presets/" },
	{ library: "@modelcontextprotocol/.+", only: "livekeeper/src/mcp/" },
	{ library: "prom-client", only: "livekeeper/src/metrics/" },
	{ library: "commander|cli-.+|string-width", only: "livekeeper/src/cli/" },
];

/** What is in no package that people install: it may know how a part is made, and no shipped code may know it. */
const helpers = "\\.helpers\\.ts$";
const tests = `\\.test\\.ts$|${helpers}`;

const oneOf = (names) => `(${names.join("|")})`;
/** The files of these parts. */
const within = (name, names) => `^packages/${name}/src/${oneOf(names)}(/|\\.(ts|vue|css)$)`;
const title = (text) => text.replaceAll(/[^\w-]+/g, "-");

const partRules = Object.entries(parts).flatMap(([name, table]) => [
	...Object.entries(table).map(([part, allowed]) => ({
		name: title(`${name}-${part}`),
		comment: `${part} may import ${allowed.join(", ") || "no other part"} (the table in dependency-cruiser.config.mjs)`,
		severity: "error",
		from: { path: within(name, [part]), pathNot: tests },
		to: { path: `^packages/${name}/src/`, pathNot: within(name, [part, ...allowed]) },
	})),
	{
		name: title(`${name}-unknown-part`),
		comment: "A new part gets a line in the table: what may it import, and who may import it?",
		severity: "error",
		from: { path: `^packages/${name}/src/`, pathNot: [tests, within(name, Object.keys(table))] },
		to: {},
	},
]);

const packageRules = Object.entries(packages).flatMap(([name, allowed]) => [
	{
		name: `${name}-packages`,
		comment: "What is installed with a package is what it says in its package.json, and no more.",
		severity: "error",
		from: { path: `^packages/${name}/src/`, pathNot: tests },
		to: { path: "^packages/", pathNot: `^packages/${oneOf([name, ...allowed])}/` },
	},
	{
		name: `${name}-by-name`,
		comment: "Another package is imported by its name, and so gives what it exports and nothing else.",
		severity: "error",
		from: { path: `^packages/${name}/` },
		to: { path: "^packages/", pathNot: `^packages/${name}/`, dependencyTypes: ["local"] },
	},
]);

const libraryRules = libraries.map(({ library, only }) => ({
	name: title(`library-${library}`),
	comment: "One part answers for this library.",
	severity: "error",
	from: { path: "^packages/[^/]+/src/", pathNot: [tests, `^packages/${only}`] },
	to: { path: `(^|/)node_modules/(${library})/` },
}));

export default {
	forbidden: [
		...partRules,
		...packageRules,
		...libraryRules,
		{
			name: "no-cycles",
			comment: "Neither of two modules that load each other can be understood, tested or moved alone.",
			severity: "error",
			from: {},
			// Types are gone before anything is loaded.
			to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
		},
		{
			name: "resolvable",
			comment: "A path that is not there, or that a package does not export.",
			severity: "error",
			from: {},
			to: { couldNotResolve: true },
		},
		{
			name: "by-index",
			comment: "A part's index says what others may use; the rest of it may change with nobody asked.",
			severity: "error",
			from: { path: "^packages/(douyin|livekeeper)/src/([^/]+)", pathNot: tests },
			to: {
				path: "^packages/$1/src/[^/]+/.+",
				pathNot: [
					"^packages/$1/src/$2/",
					"/index\\.ts$",
					// Made of nothing but small files that are used one by one.
					"^packages/livekeeper/src/(text|config|log|service)/",
					// The event types themselves, the mappers, bounds and weights: its index also has what needs the gifts, which need these.
					"^packages/douyin/src/events/(bounds|live-event|mappers|weight)\\.ts$",
					// Tools take what the API takes, and load none of its server.
					"^packages/livekeeper/src/http/schemas/(event-query|live-id)\\.ts$",
					// The store's thread starts before the rest of the log is loaded.
					"^packages/livekeeper/src/event-log/sqlite/store-thread\\.ts$",
					// The command line asks what a format is called, and does not load what writes it.
					"^packages/livekeeper/src/outputs/export/format\\.ts$",
					// It puts a report into words, and does not load what adds it up.
					"^packages/livekeeper/src/reports/report-text\\.ts$",
				],
			},
		},
		{
			name: "outputs-apart",
			comment: "An output knows the log and the readers, and no other output.",
			severity: "error",
			from: { path: "^packages/livekeeper/src/outputs/([^/]+)/", pathNot: tests },
			to: {
				path: "^packages/livekeeper/src/outputs/",
				pathNot: "^packages/livekeeper/src/outputs/(readers|$1)/",
			},
		},
		{
			name: "nats-when-asked-for",
			comment:
				"A service by itself knows nothing of NATS: what needs it is loaded by `import()`, where there is a cluster.",
			severity: "error",
			from: {
				path: "^packages/livekeeper/src/",
				pathNot: [tests, "^packages/livekeeper/src/(cluster|event-log/jetstream)/"],
			},
			to: {
				path: "^packages/livekeeper/src/(cluster|event-log/jetstream)/",
				dependencyTypesNot: ["dynamic-import", "type-only"],
			},
		},
		{
			name: "schemas-apart",
			comment: "Schemas say what goes in and out; routes are made of them, and the app of routes.",
			severity: "error",
			from: { path: "^packages/livekeeper/src/http/(schemas|images)/", pathNot: tests },
			to: { path: "^packages/livekeeper/src/http/(routes/|app\\.ts|index\\.ts|server\\.ts)" },
		},
		{
			name: "simulator-as-a-program",
			comment: "A service without a demo loads no simulator: only the wiring and the command line start it.",
			severity: "error",
			from: { path: "^packages/livekeeper/src/", pathNot: [tests, within("livekeeper", ["service", "cli"])] },
			to: { path: "^packages/simulator/" },
		},
		{
			name: "no-test-helpers",
			comment: "What tests are made of is imported by tests and benches alone.",
			severity: "error",
			from: { path: "^packages/|^examples/|^scripts/", pathNot: tests },
			to: { path: helpers },
		},
		{
			name: "nothing-above-packages",
			comment: "Packages are installed without the repository around them.",
			severity: "error",
			from: { path: "^packages/" },
			to: { path: "^(bench|e2e|examples|scripts)/" },
		},
	],
	options: {
		doNotFollow: { path: "(^|/)node_modules/|/dist/" },
		// The manual, as it was built.
		exclude: { path: "^packages/livekeeper/help/" },
		tsPreCompilationDeps: true,
		tsConfig: { fileName: fileURLToPath(new URL("tsconfig.check.json", import.meta.url)) },
		// Resolves packages to their sources: "livekeeper-source" comes before the built files.
		enhancedResolveOptions: {
			exportsFields: ["exports"],
			conditionNames: ["livekeeper-source", "import", "node", "default"],
		},
	},
};
