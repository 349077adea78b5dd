import { eventLog } from "./001-event-log.ts";
import { identities } from "./002-identities.ts";
import { notes } from "./003-notes.ts";
import { ownRegistry } from "./004-own-registry.ts";
import { charts } from "./005-charts.ts";
import { knownGifts } from "./006-known-gifts.ts";
import { unsettledBroadcasts } from "./007-unsettled-broadcasts.ts";
import { maxAhead } from "./008-max-ahead.ts";

/** In order; a database's `user_version` is how many of them it has had. Released ones never change: append. */
export const migrations: readonly string[] = [
	eventLog,
	identities,
	notes,
	ownRegistry,
	charts,
	knownGifts,
	unsettledBroadcasts,
	maxAhead,
];

/** The last version in which wanted rooms and identities lay in the log's database. */
export const lastWithRegistry = 3;
