// Lists which part may import which. Data flows in one direction (docs/architecture.md): an import backwards, or past
// another part's index, would couple two parts by accident. `npm run layers` checks it.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Parts of each package, with the parts that each may import. A part is a folder directly below `src`, a file there
 * with the same name, or both. Parts that are not listed are errors, and a part may import itself. Imports of types
 * count too, because they also couple parts. Tests may import any part. Packages that are not listed have no parts.
 */
const parts = {
	// From bytes to events of one room. Has no servers, databases or further rooms.
	douyin: {
		// Required version of Node; checked before anything else is loaded.
		"node-version": [],
		"require-node": ["node-version"],
		clock: [],
		reconnect: [],
		wire: [],
		errors: ["reconnect"],
		net: ["clock", "errors", "reconnect"],
		login: ["errors", "net"],
		events: ["wire", "gifts"],
		gifts: ["events"],
		// Contract that the service uses and tests fake. Types only.
		upstream: ["errors", "events", "gifts", "login"],
		// Merges the messages of several connections. Pure: no clock, network or retries.
		sequencer: ["events", "upstream"],
		// Facts about the site that may change, as data.
		"site-profile": ["upstream"],
		codec: ["errors", "events", "site-profile", "upstream", "wire"],
		// Pushes of the open platform: checks signatures and maps entries to events. Pure.
		official: ["events"],
		signature: ["clock", "errors", "net", "site-profile"],
		lookup: [...["clock", "codec", "errors", "login", "net", "reconnect", "signature", "site-profile", "upstream"]],
		// Finds rooms in pasted text and resolves links.
		links: ["clock", "errors", "lookup", "net", "site-profile"],
		session: [...["clock", "codec", "errors", "lookup", "net", "reconnect", "signature", "site-profile", "upstream"]],
		// Keeps one connection; its host decides for which room.
		connection: ["clock", "errors", "upstream"],
		client: [
			...["clock", "codec", "connection", "errors", "events", "gifts", "links", "login", "lookup", "net"],
			...["reconnect", "sequencer", "session", "signature", "site-profile", "upstream"],
		],
		probe: ["client", "errors", "login", "lookup", "net", "session", "upstream"],
		// Simulations choose push hosts in the same way as sessions.
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
				"probe",
			],
			...["reconnect", "require-node", "sequencer", "session", "signature", "site-profile", "upstream", "wire"],
		],
	},
	// Small state and events on a disk or in a cluster. It knows neither rooms nor readers.
	log: {
		// Texts and lines of the log that this package writes.
		text: [],
		"data-folder": [],
		// Opens SQLite files, sets them aside, notices lost ones. Runs in its own threads, as it waits for the disk.
		database: ["text"],
		// Small state under keys with revisions, and the registries stored there.
		storage: ["data-folder", "database", "text"],
		"event-log": ["data-folder", "database", "storage", "text"],
		index: ["event-log"],
	},
	// Keeps rooms connected. It knows neither where events are stored nor who reads them.
	engine: {
		// Texts and lines of the log that this package writes.
		text: [],
		// One room. It knows neither other rooms nor where its events are stored.
		rooms: ["comparison", "health", "text", "watching"],
		// Judges a connection by its silence, answers and history. Pure: returns verdicts and does nothing.
		health: ["text"],
		// Compares the messages of a room's connections. Pure.
		comparison: [],
		connections: ["comparison", "rooms", "text", "watching"],
		// Decides which room is looked up, when and in which way.
		watching: ["rooms"],
		index: ["comparison", "connections", "health", "rooms", "watching"],
	},
	// Messages: rooms → live → log → outputs. Commands: http and cli → live → connections → rooms.
	livekeeper: {
		// Texts of the service and its commands, and lines of its log.
		text: [],
		version: [],
		"time-input": ["text"],
		// Files of the site profile and the signer, and observations of what the site changes.
		site: [],
		// Newer versions and site profiles: asks for them, installs them.
		updates: ["site", "text", "version"],
		live: ["official", "site", "text"],
		// Receives pushes of the open platform. It reaches rooms only through its options.
		official: ["text"],
		// Members of the cluster, and the owner of each room.
		cluster: ["live"],
		metrics: ["live"],
		// A room's status in the API: each schema with its mapper.
		wire: ["live", "official", "site", "text"],
		// Bundle that explains a problem: codes and numbers of all parts.
		diagnosis: ["live", "text", "version", "wire"],
		// Report of a broadcast: built from the log's aggregates, written as a few lines.
		reports: ["text", "wire"],
		// Outputs serve readers from the log and never ask a room.
		outputs: ["live", "text", "version", "wire"],
		http: [
			...["cluster", "diagnosis", "live", "metrics", "official", "outputs", "reports", "text", "time-input"],
			...["updates", "version", "wire"],
		],
		// Tools for language models. They call the API through its client, with its schemas as input.
		mcp: ["http", "text", "version"],
		config: ["text"],
		service: [
			...["cluster", "config", "diagnosis", "http", "live", "mcp", "metrics", "official", "outputs"],
			...["reports", "site", "text", "updates", "version", "wire"],
		],
		cli: ["config", "mcp", "outputs", "reports", "service", "site", "text", "time-input", "updates", "version"],
		index: ["config", "live", "service", "wire"],
	},
	simulator: {
		errors: [],
		cookies: [],
		logins: [],
		// Messages generated from a seed; it does not know their senders.
		traffic: ["errors"],
		rooms: ["errors", "traffic"],
		// Limits of the site for an address.
		site: [],
		faults: ["errors", "site"],
		replay: ["errors", "traffic"],
		// Rules for what each identity receives.
		identities: ["errors", "logins", "rooms"],
		// Pushes events of rooms to apps.
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
		// Decides which gifts count, in the same way everywhere.
		gifts: [],
		styles: [],
		i18n: [],
		service: ["i18n", "text"],
		// The two import each other: components show a room's mark, and the list of rooms consists of components.
		ui: ["rooms", "service", "text"],
		rooms: ["service", "text", "ui"],
		// Loaded in OBS without the rest of the dashboard.
		overlay: ["gifts", "service", "text"],
		// A screen does not import other screens.
		connections: ["rooms", "service", "text", "ui"],
		help: ["rooms", "service", "text", "ui"],
		// Dialogs over any screen.
		login: ["help", "rooms", "service", "text", "ui"],
		nodes: ["service", "text", "ui"],
		"overlay-builder": ["overlay", "rooms", "service", "text", "ui"],
		report: ["service", "text", "ui"],
		// All rooms over a day, with gifts and running broadcasts as on a room's screen.
		today: ["room", "rooms", "service", "text", "ui"],
		room: ["gifts", "rooms", "service", "text", "ui"],
		// Follows rooms and plays sounds as overlays do.
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

/** Packages of the workspace that the shipped code of each package may import. */
const packages = {
	douyin: [],
	simulator: ["douyin"],
	client: ["douyin"],
	base: ["client", "douyin"],
	log: ["base", "douyin"],
	engine: ["base", "douyin"],
	targets: ["base", "client", "douyin", "log"],
	dashboard: ["client"],
	livekeeper: ["base", "client", "dashboard", "douyin", "engine", "log", "simulator", "targets"],
};

/** Libraries that only one part uses. Replacing one changes that part alone. */
const libraries = [
	{ library: "got|tough-cookie|agent-base|socks", only: "douyin/src/net/" },
	{
		library: "better-sqlite3",
		only: "(log/src/(database|event-log/sqlite|storage)|livekeeper/src/outputs/export/added-up)",
	},
	{ library: "@nats-io/.+", only: "log/src/event-log/jetstream/" },
	{ library: "@duckdb/.+|csv-stringify", only: "livekeeper/src/outputs/export/" },
	{ library: "fastify|@fastify/.+|fastify-type-provider-zod", only: "(livekeeper/src/http|simulator/src)/" },
	{ library: "mqtt", only: "targets/src/transports/" },
	{ library: "liquidjs", only: "targets/src/presets/" },
	{ library: "@modelcontextprotocol/.+", only: "livekeeper/src/mcp/" },
	{ library: "prom-client", only: "livekeeper/src/metrics/" },
	{ library: "commander|cli-.+|string-width", only: "livekeeper/src/cli/" },
];

/** Files that are not shipped. They may use a part's internals, and shipped code must not import them. */
const helpers = "\\.helpers\\.ts$";
const tests = `\\.test\\.ts$|${helpers}`;

const oneOf = (names) => `(${names.join("|")})`;
/** Returns a pattern for the files of these parts. */
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
		comment: "Add the new part to the table: which parts may it import, and which may import it?",
		severity: "error",
		from: { path: `^packages/${name}/src/`, pathNot: [tests, within(name, Object.keys(table))] },
		to: {},
	},
]);

const packageRules = Object.entries(packages).flatMap(([name, allowed]) => [
	{
		name: `${name}-packages`,
		comment: "A package may only import packages that its package.json lists; others are not installed with it.",
		severity: "error",
		from: { path: `^packages/${name}/src/`, pathNot: tests },
		to: { path: "^packages/", pathNot: `^packages/${oneOf([name, ...allowed])}/` },
	},
	{
		name: `${name}-by-name`,
		comment: "Import another package by its name, so that only its exports can be used.",
		severity: "error",
		from: { path: `^packages/${name}/` },
		to: { path: "^packages/", pathNot: `^packages/${name}/`, dependencyTypes: ["local"] },
	},
]);

/** Returns patterns for the modules that a package exports. */
function doorsOf(name) {
	const { exports } = JSON.parse(readFileSync(new URL(`packages/${name}/package.json`, import.meta.url), "utf8"));
	const sources = Object.values(exports).flatMap((to) => to["livekeeper-source"] ?? []);
	return sources.filter((source) => !source.includes("*")).map((source) => `^packages/${name}/${source.slice(2)}$`);
}

const libraryRules = libraries.map(({ library, only }) => ({
	name: title(`library-${library}`),
	comment: "Only one part may use this library.",
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
			name: "by-export",
			comment: "Import another package through its exports. Only tests may use its other sources.",
			severity: "error",
			from: { path: "^packages/([^/]+)/src/", pathNot: tests },
			to: { path: "^packages/", pathNot: ["^packages/$1/", ...Object.keys(packages).flatMap(doorsOf)] },
		},
		{
			name: "no-cycles",
			comment: "Modules that load each other can't be understood, tested or moved alone.",
			severity: "error",
			from: {},
			// Imports of types do not exist at run time.
			to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
		},
		{
			name: "resolvable",
			comment: "The path does not exist, or the package does not export it.",
			severity: "error",
			from: {},
			to: { couldNotResolve: true },
		},
		{
			name: "by-index",
			comment: "Import a part through its index; its other files are internal and may change.",
			severity: "error",
			from: { path: "^packages/(douyin|engine|livekeeper|log)/src/([^/]+)", pathNot: tests },
			to: {
				path: "^packages/$1/src/[^/]+/.+",
				pathNot: [
					"^packages/$1/src/$2/",
					"/index\\.ts$",
					// Consist of small files that are used one by one.
					"^packages/livekeeper/src/(config|service)/",
					// Outputs that are one file.
					"^packages/livekeeper/src/outputs/[^/]+\\.ts$",
					// Event types, mappers, bounds and weights. Its index also exports code that imports gifts, which import these.
					"^packages/douyin/src/events/(bounds|live-event|mappers|weight)\\.ts$",
					// Loads error classes, which texts alone do not need.
					"^packages/engine/src/text/inputs\\.ts$",
					// Tools use the API's input schemas without loading its server.
					"^packages/livekeeper/src/http/schemas/parameters\\.ts$",
					// The command line needs the names of formats without loading their writers.
					"^packages/livekeeper/src/outputs/export/format\\.ts$",
					// Writes a report as text without loading the code that builds it.
					"^packages/livekeeper/src/reports/report-text\\.ts$",
					"^packages/livekeeper/src/reports/chapters\\.ts$",
				],
			},
		},
		{
			name: "outputs-apart",
			comment: "An output may import the log and outputs/readers/, but no other output.",
			severity: "error",
			from: { path: "^packages/livekeeper/src/outputs/([^/.]+)", pathNot: tests },
			to: {
				path: "^packages/livekeeper/src/outputs/",
				pathNot: "^packages/livekeeper/src/outputs/(readers|$1)/",
			},
		},
		{
			name: "nats-when-asked-for",
			comment:
				"A single node must not load NATS: import cluster/ and the log's jetstream/ by `import()`, in a cluster only.",
			severity: "error",
			from: {
				path: "^packages/[^/]+/src/",
				pathNot: [tests, "^packages/(livekeeper/src/cluster|log/src/event-log/jetstream)/"],
			},
			to: {
				path: "^packages/(livekeeper/src/cluster|log/src/event-log/jetstream)/",
				dependencyTypesNot: ["dynamic-import", "type-only"],
			},
		},
		{
			name: "schemas-apart",
			comment: "Routes import schemas, and the app imports routes; never the other way round.",
			severity: "error",
			from: { path: "^packages/livekeeper/src/http/(schemas|images)/", pathNot: tests },
			to: { path: "^packages/livekeeper/src/http/(routes/|app\\.ts|index\\.ts|server\\.ts)" },
		},
		{
			name: "simulator-as-a-program",
			comment: "Only service/ and cli/ may import the simulator; a service without a demo must not load it.",
			severity: "error",
			from: { path: "^packages/livekeeper/src/", pathNot: [tests, within("livekeeper", ["service", "cli"])] },
			to: { path: "^packages/simulator/" },
		},
		{
			name: "no-test-helpers",
			comment: "Only tests and benches may import test helpers.",
			severity: "error",
			from: { path: "^packages/|^examples/|^scripts/", pathNot: tests },
			to: { path: helpers },
		},
		{
			name: "nothing-above-packages",
			comment: "Packages are installed without the rest of the repository.",
			severity: "error",
			from: { path: "^packages/" },
			to: { path: "^(bench|e2e|examples|scripts)/" },
		},
	],
	options: {
		doNotFollow: { path: "(^|/)node_modules/|/dist/" },
		// The built manual.
		exclude: { path: "^packages/livekeeper/help/" },
		tsPreCompilationDeps: true,
		tsConfig: { fileName: fileURLToPath(new URL("tsconfig.check.json", import.meta.url)) },
		// Resolves packages to their sources: "livekeeper-source" takes precedence over built files.
		enhancedResolveOptions: {
			exportsFields: ["exports"],
			conditionNames: ["livekeeper-source", "import", "node", "default"],
		},
	},
};
