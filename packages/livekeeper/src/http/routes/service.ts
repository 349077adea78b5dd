import { type Language, languageOf, launch, type Text } from "@livekeeper/base/text";
import { z } from "zod";
import type { ClusterNode } from "../../cluster/index.ts";
import type { UpdateView } from "../../updates/index.ts";
import { version as ownVersion } from "../../version.ts";
import type { App, Route, RouteDeps } from "../app.ts";
import { goneSignal } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";

/** One option of the service, with all its names. */
const configOption = z
	.object({
		name: z.string().describe("its key in livekeeper.config.json"),
		env: z.string().describe("its environment variable"),
		flag: z.string().describe("its flag of `livekeeper serve`"),
		kind: z.enum(["integer", "boolean", "list", "text"]),
		help: z.string().describe("what it is, for people"),
		expected: z.string().describe("what a valid value is, for people"),
		secret: z.boolean().describe("whether the value is never shown"),
		set: z.boolean().describe("whether it has a value"),
		value: z.unknown().describe("the value in use; null if none is set, and for secrets"),
		default: z.unknown().describe("null if there is none"),
		from: z.enum(["default", "file", "environment", "flag", "program"]).describe("where the value came from"),
	})
	.meta({ id: "ConfigOption" });

/** Options the service runs with. */
const serviceConfig = z
	.object({
		success: z.literal(true),
		file: z.string().nullable().describe("the configuration file that was read; null if there was none"),
		launch: z
			.object({
				command: z.string().describe("the words before a command's name in a terminal"),
				demo: z
					.string()
					.nullable()
					.describe("command that shows simulated rooms; null if the service can't know it, as in a container"),
			})
			.describe("how livekeeper is started where the service runs"),
		options: z.array(configOption),
	})
	.meta({ id: "ServiceConfig" });

type Option = z.output<typeof configOption>;

/** The options before a language is chosen: texts for people are in each language. */
export interface DescribedConfig extends Pick<z.output<typeof serviceConfig>, "file"> {
	options: (Omit<Option, "help" | "expected"> & { help: Text; expected: Text })[];
}

/** Routes of the service as a whole. */
export const serviceRoutes: readonly Route[] = [updateRoutes, configRoute, diagnosisRoute, backupRoutes, nodesRoute];

/** `GET /api/v1/config`: the service's options and their sources, without secrets. */
function configRoute(app: App, { config }: Pick<RouteDeps, "config">): void {
	app.get(
		"/api/v1/config",
		{
			schema: {
				operationId: "getConfig",
				summary: "The configuration that the service was started with",
				description: "Read only: an option is changed by its variable, flag or key in the file, and a restart.",
				tags: ["service"],
				response: { 200: serviceConfig },
			},
		},
		async (request) => {
			const language = languageOf(request);
			const options = config.options.map(({ help, expected, ...option }) => {
				return { ...option, help: help[language], expected: expected[language] };
			});
			return { success: true as const, file: config.file, launch, options };
		},
	);
}

/** A node of the cluster. */
const node = z
	.object({
		node: z.string().describe("its name"),
		self: z.boolean().describe("whether it is the node that answers"),
		url: z.string().describe("where it listens, as seen from its own machine"),
		weight: z.int().describe("its share of the rooms, relative to the others"),
		draining: z.boolean().describe("whether it is handing over its rooms and about to stop"),
		rooms: z.int().describe("rooms that run there"),
		started_at: z.number().describe("ms since the epoch"),
		version: z.string(),
	})
	.meta({ id: "ClusterNode" });

/** Nodes of the cluster, as last reported by NATS to the node that answers. */
const nodes = z
	.object({
		success: z.literal(true),
		count: z.int(),
		unheard_ms: z
			.int()
			.nullable()
			.describe("how long NATS has not heard from the answering node, ms; the list is as old; null without a cluster"),
		cut_off: z
			.boolean()
			.describe("NATS has not heard from the answering node for so long that the others take over its rooms"),
		nodes: z.array(node),
	})
	.meta({ id: "ClusterNodes" });

type WireNode = z.infer<typeof node>;

function toWireNode({ node, isSelf, startedAt, url, weight, draining, rooms, version }: ClusterNode): WireNode {
	return { node, self: isSelf, url, weight, draining, rooms, started_at: startedAt, version };
}

/** `GET /api/v1/nodes`: the nodes of the cluster; none if the service runs alone. */
function nodesRoute(app: App, { cluster }: RouteDeps): void {
	app.get(
		"/api/v1/nodes",
		{
			schema: {
				operationId: "listNodes",
				summary: "The nodes of the cluster",
				description: "Sorted by name. Empty if the service is not part of a cluster.",
				tags: ["service"],
				response: {
					200: nodes,
				},
			},
		},
		async () => {
			const known = cluster?.nodes.map(toWireNode) ?? [];
			const unheard = cluster ? Math.max(0, Math.round(cluster.unheardMs)) : null;
			const isCutOff = cluster?.isCutOff ?? false;
			return { success: true as const, count: known.length, unheard_ms: unheard, cut_off: isCutOff, nodes: known };
		},
	);
}

const updateUrl = "/api/v1/update";
const updateTags = ["service"];

const newest = z
	.object({
		version: z.string(),
		date: z.string().describe("date of the answer"),
		newer: z.boolean().describe("whether it is newer than this version"),
		notes: z.string().describe("for people: what is new"),
	})
	.meta({ id: "NewestVersion" });

const offered = z
	.object({
		version: z.int().min(1),
		date: z.string(),
		applied: z.boolean().describe("whether it was chosen; a file of site_profile comes first"),
	})
	.meta({ id: "OfferedProfile" });

const update = z
	.object({
		version: z.string().describe("this version"),
		asks: z.boolean().describe("whether an update service is configured, which is asked once a day"),
		checked_at: z.number().nullable().describe("time of the last request, ms since the epoch; null before the first"),
		problem: z.string().nullable().describe("for people: why the last answer is not used"),
		newest: newest.nullable().describe("what the update service has named as the newest version"),
		profile: offered.nullable().describe("a site profile that is newer than the built-in one; null if none is offered"),
	})
	.meta({ id: "Update" });

/** `GET /api/v1/update`: what the update service says; `PUT …/profile`: uses its site profile, or no longer. */
function updateRoutes(app: App, { updates }: RouteDeps): void {
	app.get(
		updateUrl,
		{
			schema: {
				operationId: "getUpdate",
				summary: "Newer versions and site profiles, as the update service names them",
				tags: updateTags,
				response: { 200: z.object({ success: z.literal(true), update }) },
			},
		},
		async (request) => ({ success: true as const, update: toWire(updates.view, languageOf(request)) }),
	);
	app.put(
		`${updateUrl}/profile`,
		{
			schema: {
				operationId: "useUpdateProfile",
				summary: "Use a site profile that an update offers, or no longer",
				tags: updateTags,
				body: z.strictObject({ apply: z.boolean().describe("whether it is used") }),
				response: {
					200: z.object({ success: z.literal(true), update }),
					...errorReplies(404),
				},
			},
		},
		async (request) => {
			await updates.applyProfile(request.body.apply);
			return { success: true as const, update: toWire(updates.view, languageOf(request)) };
		},
	);
}

function toWire(view: UpdateView, language: Language): z.infer<typeof update> {
	const { manifest } = view;
	const profile = view.offersProfile ? manifest?.profile : undefined;
	return {
		version: ownVersion,
		asks: view.url !== undefined,
		checked_at: view.checkedAt ?? null,
		problem: view.problem?.[language] ?? null,
		newest: manifest
			? { version: manifest.version, date: manifest.date, newer: view.isNewer, notes: manifest.notes[language] }
			: null,
		profile: profile ? { version: profile.version, date: profile.date, applied: view.isApplied } : null,
	};
}

/** `POST /api/v1/backup`: a consistent copy of all stored data, as a file. `GET`: its progress. */
function backupRoutes(app: App, { backups, keyFile }: RouteDeps): void {
	app.post(
		"/api/v1/backup",
		{
			schema: {
				operationId: "makeBackup",
				summary: "Back up all stored data as one file",
				description: "The service keeps running meanwhile. The key that cookies are encrypted with is not included.",
				tags: ["service"],
				response: { 200: z.any().describe("the file"), ...errorReplies(409, 500, 503) },
			},
		},
		async (_request, reply) => {
			const { body, bytes, fileName } = await backups.make();
			reply
				.header("content-type", "application/vnd.sqlite3")
				.header("content-disposition", `attachment; filename="${fileName}"`)
				.header("content-length", bytes)
				.header("cache-control", "no-store");
			if (keyFile) {
				reply.header("x-livekeeper-key-file", encodeURIComponent(keyFile.path));
				reply.header("x-livekeeper-key-check", keyFile.check);
			}
			return reply.send(body);
		},
	);
	app.get(
		"/api/v1/backup",
		{
			schema: {
				operationId: "getBackupProgress",
				summary: "Progress of the running backup",
				tags: ["service"],
				response: {
					200: z.object({
						success: z.literal(true),
						progress: z
							.object({ copied: z.number().describe("bytes"), total: z.number().describe("bytes") })
							.nullable()
							.describe("null while no backup is running"),
					}),
					...errorReplies(503),
				},
			},
		},
		async () => ({ success: true as const, progress: (await backups.progress()) ?? null }),
	);
}

const diagnosisQuestion = z
	.object({
		doctor: z
			.boolean()
			.default(true)
			.describe("whether to check the connection to a room too, which visits Douyin once and takes up to a minute"),
		keep_room_numbers: z.boolean().default(false).describe("false: rooms are called room-1, room-2 …"),
	})
	.nullish();

const diagnosisAnswer = z
	.object({
		success: z.literal(true),
		file_name: z.string().describe("a name for the archive"),
		files: z.array(
			z.object({ name: z.string(), about: z.string().describe("what it holds, for people"), text: z.string() }),
		),
		zip: z.string().describe("the same files as one ZIP archive, base64"),
	})
	.meta({ id: "DiagnosisBundle" });

/** `POST /api/v1/diagnosis`: what explains a problem, without secrets, addresses, names and texts. */
function diagnosisRoute(app: App, { diagnosis }: Pick<RouteDeps, "diagnosis">): void {
	app.post(
		"/api/v1/diagnosis",
		{
			schema: {
				operationId: "diagnose",
				summary: "Collect what explains a problem, to be sent to whoever is helping",
				description:
					"Numbers, times and codes only: no secret, address, name or message is copied. Bundles are made one at a time.",
				tags: ["service"],
				body: diagnosisQuestion,
				response: { 200: diagnosisAnswer, ...errorReplies(500) },
			},
		},
		async (request, reply) => {
			const { doctor = true, keep_room_numbers: keepRooms = false } = request.body ?? {};
			const asked = { doctor, keepRooms, language: languageOf(request) };
			const { fileName, files, zip } = await diagnosis.make(asked, goneSignal(reply));
			reply.header("cache-control", "no-store");
			return { success: true as const, file_name: fileName, files, zip: zip.toString("base64") };
		},
	);
}
