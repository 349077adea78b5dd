import { join } from "node:path";
import type { Logger } from "@livekeeper/base/log";
import { builtInProfile, type Clock, type LiveEvent } from "@livekeeper/douyin";
import type { PersistentConnectionManager, RoomReaders, UpstreamFactory } from "@livekeeper/engine";
import type { EventLog } from "@livekeeper/log";
import { inMemory } from "@livekeeper/log/data-folder";
import { pairingInMemory } from "@livekeeper/log/storage";
import type { Cluster } from "../cluster/index.ts";
import type { Config } from "../config.ts";
import {
	Doctor,
	IdentityBook,
	IdentityService,
	LiveService,
	LocalRooms,
	LookupService,
	OverlayTokens,
	RoomFinder,
	type Watcher,
} from "../live/index.ts";
import { type Broadcasting, type OfficialRooms, OfficialSource } from "../official/index.ts";
import { DriftBook, SiteFiles } from "../site/index.ts";
import { publicKeyOf, UpdateWatch } from "../updates/index.ts";
import { createManager, createOwnUpstream, createProbe, type UpstreamAccess } from "./connections.ts";
import { shareLifts, sharePassed, storedCooldowns } from "./cooldowns.ts";
import type { Demo } from "./demo.ts";
import { keptVisitors } from "./kept-visitors.ts";
import { keptWatching, PastBroadcasts } from "./kept-watching.ts";
import type { Releasers } from "./releasers.ts";
import { storageTrouble, storageWarnings } from "./storage.ts";
import { chooseStrategy } from "./strategy.ts";

interface RoomsDeps {
	clock: Clock;
	logger: Logger;
	log: EventLog;
	/** Registry where outputs announce which rooms they read. */
	readers: RoomReaders;
	/** Creates the upstream of a room's identity. Default: over the network. */
	upstreamFactory?: UpstreamFactory;
	/** Default: over the network, with random numbers of the machine. */
	access?: UpstreamAccess | undefined;
	/** Schedule of look-ups. Default: the rooms' own. */
	watching?: Watcher;
	demo?: Demo | undefined;
	/** The data folder. */
	dataDir: string;
	/** The cluster that this node belongs to. */
	cluster?: Cluster | undefined;
	/** Rooms start once this has resolved. */
	begin: Promise<void>;
	/** Time at which the service last ran before this start, ms since the epoch. */
	downSince?: number | undefined;
}

/** Components that keep rooms, and their user operations. */
export interface Rooms {
	live: LiveService;
	manager: PersistentConnectionManager;
	book: IdentityBook;
	identities: IdentityService;
	lookups: LookupService;
	/** Site profile and signer in force. */
	site: SiteFiles;
	drift: DriftBook;
	updates: UpdateWatch;
	official: OfficialSource;
	overlayTokens: OverlayTokens;
	doctor: Doctor;
	finder: RoomFinder;
	/** Base address of the upstream, or of the demo if there is one. */
	upstreamUrl: string;
	/** Proxy to the upstream, for rooms without a proxy of their own. */
	upstreamProxy: string | undefined;
}

/**
 * Creates the components that keep rooms. They start empty: {@link LiveService.resume} starts the rooms that were kept.
 */
export async function makeRooms(config: Config, deps: RoomsDeps, releasers: Releasers): Promise<Rooms> {
	const { clock, logger, log, demo, dataDir, cluster, downSince } = deps;
	const book = new IdentityBook(log.identities);
	await book.load();
	const overlayTokens = await OverlayTokens.load({ registry: log.overlayTokens, clock, logger });
	releasers.add(() => overlayTokens.close());
	const random = deps.access?.random;
	const strategy = await chooseStrategy(config, { clock, logger, notes: log.notes, random }, releasers);
	const cooldowns = await storedCooldowns({ notes: log.notes, logger });
	const kept = await keptWatching({ notes: log.notes, logger, node: cluster?.node });
	const visitors = await keptVisitors({ notes: log.notes, logger, node: cluster?.node });
	const past = new PastBroadcasts(log, clock);
	const site = await SiteFiles.open({ clock, logger, profileFile: config.siteProfile, signerFile: config.signer });
	releasers.add(() => site.stop());
	// A node of a cluster holds no folder, and the demo keeps nothing.
	const folder = cluster || demo || dataDir === inMemory ? undefined : join(dataDir, "drift");
	const drift = await DriftBook.open({ clock, logger, notes: log.notes, folder, node: cluster?.node });
	releasers.add(() => drift.stop());
	const updates = await UpdateWatch.open({
		...{ clock, logger, notes: log.notes, site, url: demo ? undefined : config.updates },
		key: config.updatesKey === undefined ? undefined : publicKeyOf(config.updatesKey),
	});
	releasers.add(() => updates.stop());
	const { pages_per_minute, calls_per_minute } = builtInProfile.budgets;
	// More are known to bring bans.
	if ((config.lookupsPerMinute ?? 0) > pages_per_minute + calls_per_minute && !demo) {
		logger.warn({ event: "lookups_raised", per_minute: config.lookupsPerMinute });
	}
	const watching = { known: kept.known, keep: kept.keep, broadcastsOf: (liveId: string) => past.of(liveId), random };
	const manager = createManager(config, demo, {
		...deps,
		identityOf: book.resolve,
		strategy,
		cooldowns,
		watching,
		visitors,
		site,
		drift,
	});
	releasers.add(site.onChange(() => manager.siteChanged()));
	const urls = { base: config.officialUrl, token: config.officialTokenUrl };
	const official = new OfficialSource({ log, clock, logger, urls });
	const local = new LocalRooms({
		...{ manager, log, clock, logger, node: cluster?.node, downSince },
		settle: (events: readonly LiveEvent[]) => official.settle(events),
		officialStatus: (liveId) => official.status(liveId),
		claim: cluster && ((liveId) => cluster.log.claim(liveId)),
		onOwn: (liveId) => official.takeUp(liveId),
	});
	cluster?.shareLimits(manager.admission, config.ownAddress ? undefined : manager.watching);
	const live = new LiveService({
		...{ host: cluster?.host(local) ?? local, pool: manager, log, logger },
		knowsIdentity: async (name) => (await book.find(name)) !== undefined,
		// A single service stores what waits in memory once it can; in a cluster it is given up if that takes long.
		trouble: () => cluster && (cluster.trouble ?? storageTrouble(log)),
	});
	releasers.add(() => local.close());
	releasers.add(kept.stored);
	releasers.add(() => manager.stop());
	releasers.add(() => official.close());
	manager.start();
	const storesHere = (liveId: string) => local.owns(liveId);
	const runsHere = cluster && ((liveId: string) => cluster.ownership.owns(liveId) && storesHere(liveId));
	followRooms(official, live, runsHere && { runsHere, storesHere });
	const checks = checksOf(config, { ...deps, live, manager, book, site, drift });
	releasers.add(() => checks.finder.close());
	const lookups = new LookupService({
		...{ watching: deps.watching ?? manager.watching, clock, site, drift, upstreamUrl: checks.upstreamUrl },
		hosts: () => live.getReconnectStatus().hosts,
		rooms: () => live.getStatus().rooms,
		takeProof: (cookie) => manager.takeProof(cookie),
	});
	if (cluster) sharePassed(lookups, cluster.messages);
	return { live, manager, book, official, overlayTokens, lookups, site, drift, updates, ...checks };
}

/** Creates the checks of logins and rooms on demand. */
function checksOf(
	config: Config,
	{
		clock,
		log,
		demo,
		cluster,
		access,
		live,
		manager,
		book,
		site,
		drift,
	}: RoomsDeps & Pick<Rooms, "live" | "manager" | "book" | "site" | "drift">,
): Pick<Rooms, "identities" | "doctor" | "finder" | "upstreamUrl" | "upstreamProxy"> {
	const ports = { onHomePage: (exit: string) => manager.watching.homePageAsked(exit), site, drift, access };
	const probe = createProbe(config, demo, clock, ports);
	const identities = new IdentityService({
		...{ registry: log.identities, book, live, manager, probe },
		pairings: cluster?.log.pairing ?? pairingInMemory(),
		clock,
		warnMs: config.identityWarnHours * 3_600_000,
	});
	if (cluster) shareLifts(identities, cluster.messages);
	const { url, cookie, proxy } = demo
		? { url: demo.url, cookie: demo.cookie, proxy: undefined }
		: { url: config.upstreamUrl, cookie: config.cookie, proxy: config.proxy };
	const upstream = { url, cookie: cookie !== undefined, proxy: proxy !== undefined };
	const storage = () => [storageTrouble(log) ?? [], storageWarnings(log, clock.now())].flat();
	const inCluster = cluster !== undefined;
	const parts = { live, identities, identityOf: book.resolve, upstream, storage, probe, inCluster, clock };
	const doctor = new Doctor(parts);
	const finder = new RoomFinder({
		...{ live, clock, upstreamUrl: url },
		upstream: () => createOwnUpstream(config, demo, clock, ports),
		looks: manager.watching,
		proxy,
	});
	return { identities, doctor, finder, upstreamUrl: url, upstreamProxy: proxy };
}

/** States without a broadcast; in states of neither set, rooms are still looking for one. */
const off: ReadonlySet<string> = new Set(["waiting", "not_found", "stopped"]);
const on: ReadonlySet<string> = new Set(["queued", "connecting", "connected", "reconnecting", "blocked"]);

/** Makes the official source follow the kept rooms. @param here returns whether this process keeps a room */
function followRooms(
	official: OfficialSource,
	live: LiveService,
	here: Pick<OfficialRooms, "runsHere" | "storesHere"> = { runsHere: () => true, storesHere: () => true },
): void {
	official.start({
		list: () => live.officialRooms(),
		...here,
		find: (liveId) => live.optionsOf(liveId)?.official ?? undefined,
		look: async (liveId) => (await live.findRoom(liveId))?.options.official ?? undefined,
		broadcasting(liveId): Broadcasting {
			const { state = "idle", roomId } = live.getRoom(liveId) ?? {};
			return { state: off.has(state) ? "off" : on.has(state) ? "on" : "unknown", roomId };
		},
	});
}
