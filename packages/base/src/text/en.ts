import { codeNames as clientNames } from "@livekeeper/client/names";
import type { LiveIdProblem } from "@livekeeper/douyin";
import { counted } from "./units.ts";

/** Texts of schemas about invalid values. A schema uses the English text, by which the translation is found. */
export const checkTexts = {
	seq: "expected the seq of the last event received, e.g. 0",
	roomList: "expected at most 100 room numbers, separated by commas, e.g. 1001,1002",
	cursor: "expected the cursor from the previous page",
	flag: "expected 1 or 0",
	wordLimit: "expected a whole number from 1 to 500",
	timeZone: "expected a time zone such as Asia/Shanghai or UTC",
	string: "expected a string",
	liveIdLength: "too long: at most 2048 characters",
	rooms: 'expected "*" or a list of room numbers',
	clockTime: "expected a time such as 23:30",
	id: "not an id",
	cookie: "must be one line: name=value; name=value",
	proxy: "must be a URL that begins with http://, https:// or socks5://",
	identityName: "must be 1 to 64 letters, digits, '_', '-' or '.'",
	officialApp: "must be 1 to 64 letters, digits, '_' or '-'",
	officialSecret: "must have 1 to 256 printable ASCII characters without spaces",
	format: "must be one of csv, xlsx, jsonl, parquet, xml, ass",
	offset: "expected a number of seconds, at most one day, such as 2.5 or -10",
	missing: "it is missing",
	pairingCode: "expected the six-digit code shown on the page, e.g. 042195",
	webAddress: "expected an address that begins with http:// or https://, e.g. https://example.com/hook",
	socketAddress: "expected an address that begins with ws:// or wss://, e.g. ws://127.0.0.1:8080/",
	relayAddress: "expected an address that begins with wss://, ws://, https:// or http://, e.g. wss://example.com/",
	mqttAddress: "expected the broker's address, e.g. mqtt://192.168.1.10:1883, or mqtts:// with TLS",
	mailServer: "expected the address of an SMTP server, e.g. smtps://smtp.example.com:465",
	mailbox: "expected one e-mail address, e.g. name@example.com",
	signingSecret: "expected 16 to 256 printable ASCII characters without spaces, e.g. 4pQz-8mTn-2vKc-7rXb",
	telegramToken: "expected the bot token from BotFather, e.g. 123456789:AAExample_of-35_letters_and_digits",
	telegramChat: "expected a chat ID, e.g. -1001234567890, or a public channel's name, e.g. @channel",
	ntfyTopic: "expected 1 to 64 letters, digits, '_' or '-', e.g. my-rooms-7f3a",
	sendKey: "expected the SendKey from ServerChan's page, e.g. SCT123456TExample",
	sessionId: "expected the session id of Social Stream Ninja, e.g. aBcD1234",
	mqttTopic: "expected a topic that does not begin with '/' or '$' and has no '+' or '#', e.g. livekeeper",
	contentType: "expected a content type, e.g. application/json",
	headerName: "expected a header name that does not concern the connection itself, e.g. Authorization",
	headerValue: "expected at most 1024 printable ASCII characters, e.g. Bearer abc",
};

/** Faults that keep the event log from writing. */
export const faultNames = {
	disk_full: "disk full",
	corrupt: "database damaged",
	lost: "database file missing",
	locked: "locked by another program",
	read_only: "read-only",
	io: "read or write error",
	unreachable: "NATS unreachable",
	stalled: "not answering",
	internal: "internal error",
};

/** Texts about logins and identities. */
export const identityTexts = {
	loginEnded: (name: string | undefined) =>
		`${whose(name)} has expired: gifts don't arrive, and some names are masked; ${newCookie}.`,
	loginEnds: (name: string | undefined, inMs: number) => {
		const words = inWords(inMs);
		return `${whose(name)} expires in ${words}: ${newCookie}.`;
	},
	undecryptable: "It can't be decrypted: enter it again.",
	gone: (name: string) => `The login "${name}" no longer exists, so nothing is sent to Douyin.`,
	keyChanged: (name: string) => `The login "${name}" can't be decrypted (the key has changed): enter it again.`,
};

const newCookie = "log in again in a browser and paste the new cookie";

function whose(name: string | undefined): string {
	if (name === undefined) return "The login";
	return `The login ${name}`;
}

function inWords(ms: number): string {
	const hours = Math.max(1, Math.floor(ms / 3_600_000));
	if (hours >= 48) return `${Math.floor(hours / 24)} days`;
	return hours === 1 ? "less than two hours" : `${hours} hours`;
}

/** Texts about rejected requests. */
export const requestTexts = {
	officialNotSet: (liveId: string) => `Room ${liveId} has no open platform app.`,
	officialNotStored: "The pushed data could not be stored in time; send it again.",
	callbackRefused: {
		headers: "A header of the delivery is missing or malformed.",
		signature: "The delivery's signature is wrong.",
		late: "The delivery was signed too long ago.",
		early: "The delivery's signature time is in the future.",
		repeated: "The delivery was already received.",
		unknown: "The delivery belongs to a broadcast for which no task was started here.",
		not_asked: "The delivery is of a kind that this room did not request (types).",
		too_large:
			"The delivery exceeds 1 MB and was not accepted. It counts as missing until a lookup recovers its content.",
		unreadable: "The delivery is signed by the platform but is not a JSON list. It counts as missing.",
	},
	roomNotActive: (room: string) => `Room ${room} is not started.`,
	roomLimit: (limit: number) => `The limit of ${counted(limit, "room")} has been reached.`,
	invalidLiveId: "The room number is not valid.",
	noNewRooms: "The service is stopping and takes no new rooms.",
	stopping: "The service is stopping",
	failed: "The service failed to answer",
	badHttp: "The request is not valid HTTP",
	invalid: "The request is not valid",
	bodyTooLarge: "The body is too large",
	contentTypeUnsupported: "The content-type is not supported",
	contentType: (given: string | undefined) =>
		given === undefined ? "The content-type is missing" : `The content-type ${given} is not supported`,
	noPayload: (seq: number) => `No raw data is stored for event ${seq}`,
	noPayloadHint: "livekeeper keeps the raw data of events it can decode only if the room's option `raw` is on",
	liveIdList: (max: number) => `The body must be {"live_ids": [...]} with 1 to ${max} room numbers`,
	notJson: "The body is not JSON",
	badPercent: "The address contains a % that is not percent-encoding",
	liveIdTooLong: "live_id: too long",
	/** @param field by its name in JSON, or `body` */
	field: (field: string, words: string) => `${field}: ${words}`,
	noRoute: (method: string, path: string) => `There is no ${method} ${path}`,
	wrongMethod: (path: string, method: string) => `${path} does not accept ${method}`,
	noManualPage: "The manual has no such page; it starts at /help",
	noManual:
		"The manual is not built yet. In a clone, `npm start` builds it within a few minutes; then reload this page. `npm run docs` builds it immediately",
	pairingRefused: "The code is wrong or no longer valid",
	noPairing: "No such pairing, or a newer one has replaced it",
	nothingReceived: "No cookie was received for this pairing, or it has expired",
	cookieAndPairing: "Give either cookie or pairing, not both",
	onlyExtension: "Only the browser extension on this machine may send a cookie",
	wrongKey: "The API key is wrong",
	wrongToken: "The overlay token is wrong, or was revoked",
	keyNeeded: "An API key is required",
	refusedTooOften: (words: string, limit: number) =>
		`${words}, and there were more than ${counted(limit, "such request")} in a minute`,
	tooMany: (limit: number) => `More than ${counted(limit, "request")} in a minute`,
	foreignHost: (host: string) => `The service does not accept the host name ${host}`,
	foreignOrigin: (origin: string) => `Pages from ${origin} may not use the service`,
	foreignOriginHint: (origin: string) =>
		`If that page is yours, add ${origin} to cors_origins (LIVEKEEPER_CORS_ORIGINS, --cors-origins) and restart the service.`,
	noOrigin: "Pages without an origin (local files, sandboxed frames) may not use the service",
	noOriginHint:
		"If it is your own file, serve it over HTTP and add its origin to cors_origins, e.g. http://127.0.0.1:8000.",
	otherSite: "Pages from other sites may not use the service",
	pictureAddress: "url: expected the address of a picture",
	pictureHost: (host: string) => `Pictures from ${host || "that address"} are not fetched`,
	pictureFailed: (host: string, words: string) => `The picture could not be fetched from ${host}: ${words}`,
	pictureStatus: (status: number) => `it answered ${status}`,
	noPicture: "the answer is not a picture",
	noAnswer: "no answer",
	fromAfterTo: "`from` must be earlier than `to`",
	subtitlesOfOne: (format: string) =>
		`${format} holds the messages of one room: it can't be combined with table or with several rooms`,
	lastEventId: "Last-Event-ID: expected the id of the last event received",
	flag: (name: string) => `${name}: expected 1 or 0`,
	flagHint: (name: string) => `Leave ${name} out for 0.`,
	after: "after: expected the seq of the last event received",
	afterHint: "Use after=0 for everything, or leave it out for new events only.",
	types: (given: string | undefined) => `types: ${given} is not a type of event`,
	typesHint: (all: string) => `The types are ${all}.`,
	oneAdmission: "A connection may ask to be admitted only once",
	noSocketEvent: (event: string | undefined) => `There is no event ${event}`,
	socketEventHint: 'Emit "join" or "leave" with {"live_id": "261378947940"}.',
	tooManyWaiting: (limit: number) =>
		`More than ${counted(limit, "request from this client is", "requests from this client are")} waiting for an answer`,
	tooManyWaitingHint: "Wait for the answers to earlier requests before sending more.",
	joinLimit: (limit: number) => `This client has joined ${counted(limit, "room")}, which is the limit`,
	clientLimit: (limit: number) => `The limit of ${counted(limit, "client")} has been reached.`,
	clientShare: (limit: number) =>
		`This token or address has too many open connections (limit for all clients: ${limit}).`,
	sessionLimit: "Too many connections from this address have not sent a key yet",
	sessionLimitHint:
		"Send the key when connecting (Authorization: Bearer, or api_key in the query), or try again in 10 seconds.",
	noWebSocket: "There is no WebSocket at this path",
	identityOrOwn: "A room uses either a saved login or its own cookie and proxy, not both.",
	identityOrOwnHint: "Choose one: you can save the cookie and proxy as a login and use its name.",
	noBroadcast: (broadcast: string, room: string) => `Nothing is recorded of broadcast ${broadcast} of room ${room}.`,
	tokenLimit: (limit: number) => `The limit of ${counted(limit, "overlay token")} has been reached.`,
	noToken: "There is no overlay token with this id.",
	tokenMoved: "The overlay token now reads another room",
	tokenRevoked: "The overlay token was revoked",
	/** @param room `undefined` for all rooms */
	tokenForbids: (room: string | undefined) =>
		`This overlay token can only read the events, broadcasts and status of ${room === undefined ? "all rooms" : `room ${room}`}, and its overlay's settings, pictures and sounds`,
	soundLimit: (limit: number) => `The limit of ${counted(limit, "sound")} has been reached.`,
	soundTooLarge: (limit: number) => `The file is larger than ${limit} KB.`,
	noSoundFile: "The file is not an mp3, ogg, wav, m4a or webm sound.",
	noSound: "There is no sound with this id: it may have been deleted.",
	noExit: (name: string) => `There is no network route "${name}".`,
	justTried: (seconds: number) =>
		`This was just tried. Wait ${seconds} s before you try again: Douyin counts each attempt.`,
	noIdentity: (name: string) => `There is no login "${name}".`,
	identityName: "The login's name is not valid.",
	identityUnusable: (words: string) => `The cookie or proxy can't be used: ${words}`,
	identityUnusableHint: "Correct the cookie and the proxy, or leave them out.",
	emptyIdentity: "A login needs a cookie or a proxy.",
	emptyIdentityHint: "Give a cookie, a proxy, or both.",
	cookieUnusable: (words: string) => `The cookie can't be used: ${words}`,
	identityLimit: (limit: number) => `The limit of ${counted(limit, "login")} has been reached.`,
	identityInUse: (name: string, rooms: string, more: number) =>
		`The login "${name}" is in use by ${rooms.includes(",") ? "rooms" : "room"} ${rooms}${more > 0 ? ` and ${counted(more, "more room")}` : ""}.`,
	probeLimit: (limit: number) => `${counted(limit, "test is", "tests are")} already running.`,
};

/** Reasons why an input is no live id. */
export const liveIdTexts = {
	not_a_string: "The room number is not a string.",
	empty: "The room number is empty.",
	too_long: "The room number is longer than 64 characters.",
	bad_characters: "A room number contains only letters, digits, '_', '-' and '.'.",
	foreign_url: "Only https://live.douyin.com/ addresses are live rooms.",
	no_id_in_url: "The address contains no room.",
	room_id: "This is the ID of a single broadcast (room_id); the next one gets a new ID.",
} satisfies Record<LiveIdProblem, string>;

export const liveIdHint: string =
	"Give the last part of the room's address, e.g. 261378947940 from https://live.douyin.com/261378947940.";

/** Names of states and other codes for tables and lines: in English the code itself if it reads as words. */
export const codeNames = {
	state: {
		idle: "not started",
		resolving: "being looked up",
		waiting: "offline",
		queued: "queued",
		connecting: "connecting",
		connected: "connected",
		reconnecting: "reconnecting",
		blocked: "blocked",
		not_found: "not found",
		stopped: "stopped",
	},
	health: {
		fine: "OK",
		quiet: "quiet",
		silent: "no messages",
		degraded: "degraded",
	},
	priority: {
		pinned: "pinned",
		readers: "being read",
		live: "live",
		idle: "idle",
	},
	login: {
		anonymous: "not logged in",
		logged_in: "logged in",
		expired: "expired",
		unreadable: "can't be decrypted",
	},
	identityState: {
		fine: "OK",
		first_only: "only the first gifts",
		nothing: "no gifts",
		resting: "paused",
		unknown: "unknown",
	},
	connection: { socket: "live", polling: "polling" },
	reason: clientNames.en.reason,
	gap: clientNames.en.gap,
	/** Ways in which the end of a broadcast was detected. */
	end: {
		ended: "reported by Douyin",
		offline: "room found offline",
		new_broadcast: "a new one started",
	},
	/** The upstream's reports about the broadcast itself. */
	control: {
		pause: "pause",
		resume: "resume",
		end: "end",
		other: "other",
	},
	fanClub: {
		join: "join",
		upgrade: "upgrade",
		other: "other",
	},
};

/** Texts about refused look-ups and their progress. */
export const lookupTexts = {
	ways: clientNames.en.way,
	signs: clientNames.en.sign,
	refused: (way: string, sign: string) => `${way} (${sign})`,
	list: (all: readonly string[]) => all.join("; "),
	direct: "from this network",
	proxy: (name: string) => `through the proxy ${name}`,
	closed: (where: string, what: string) =>
		`Douyin is not answering lookups ${where}: ${what}. Nothing is wrong with your rooms. Connected rooms stay connected; a room that goes live will connect once Douyin answers again.`,
	partly: (where: string, what: string) =>
		`Douyin refuses some lookups ${where}: ${what}. Other methods are used meanwhile. Nothing is wrong with your rooms; a room that goes live may connect a few minutes late.`,
	pass: "Open the page in a browser on this network, solve the slider, then confirm that you have passed it.",
	passByProxy:
		"Open the page in a browser that uses this proxy, solve the slider, then confirm that you have passed it.",
	wait: "livekeeper retries automatically. If this lasts for hours, run fewer rooms, or give some of them a proxy.",
};
/** Advice on each error. */
export const errorHints = {
	invalid_live_id: "Give the last part of https://live.douyin.com/{live_id}: 1 to 64 letters, digits, '_', '-' or '.'.",
	room_not_found: "Start the room first, or find its number in the list of rooms.",
	broadcast_not_found: "Take a room_id from the room's list of broadcasts: GET /api/v1/rooms/{live_id}/broadcasts.",
	secret_required: "Give every node the same secret, at least 16 characters: LIVEKEEPER_SECRET.",
	cluster_other_version:
		"Run the same version of livekeeper on all nodes: stop the nodes of the other version first. For data in another format, use the version that wrote it, or an empty NATS account.",
	secret_differs: "Start this node with the same secret as the other nodes: LIVEKEEPER_SECRET.",
	node_silent: "Try again in a few seconds: if that node has failed, another one takes over its rooms.",
	too_many_rooms: "Stop a room that is no longer needed, or raise max_rooms.",
	shutting_down: "The service is stopping: try again once it has been restarted.",
	invalid_request: "Compare the request with the API's documentation at /docs.",
	invalid_json: 'Send a JSON body with the header content-type: application/json, e.g. {"live_id":"261378947940"}.',
	unauthorized: "Send the service's API key as 'Authorization: Bearer <key>' (Socket.IO: auth.token).",
	forbidden_host: "Use 127.0.0.1 or localhost, add the page's origin to cors_origins, or set an api_key.",
	forbidden_origin:
		"Add the page's origin to cors_origins. Addresses opened in the browser's address bar need no entry.",
	invalid_target: "Compare the target with the API's documentation at /docs.",
	target_url_not_allowed: "Use a public http:// or https:// URL, or set target_allow_private.",
	target_not_found: "GET /api/v1/targets lists the targets with their ids.",
	delivery_not_found: "GET /api/v1/targets/{id}/dead-letters lists what can be sent again.",
	official_not_set: "Set the room's open platform app with its option official; see the API's documentation at /docs.",
	callback_refused: "Compare the secrets with those in the open platform's console, and check this machine's clock.",
	too_many_targets: "Remove a target that is no longer needed.",
	events_expired: "Raise retention_hours to have more time to resend messages.",
	identity_not_found: "GET /api/v1/identities (livekeeper identities) lists the saved logins with their names.",
	exit_not_found: "GET /api/v1/upstream (livekeeper upstream) lists the network routes with their names.",
	invalid_cookie:
		'Give a Cookie header, a request copied with "Copy as cURL", a cookie extension\'s JSON, or a cookies.txt, from live.douyin.com.',
	pairing_refused:
		'Enter the code that livekeeper\'s page shows now, under "Log in to receive gifts" or below "Douyin asks for slider verification"; after five wrong attempts or five minutes, get another code there.',
	pairing_not_found: "Start a new pairing and send the login again.",
	identity_in_use: "First let these rooms use another login, or stop them.",
	too_many_identities: "Remove a login that is no longer needed.",
	forbidden_token: "Use the API key, or a token for that room: livekeeper tokens add --name <name> --room <live_id>.",
	token_not_found: "GET /api/v1/overlay-tokens (livekeeper tokens) lists the tokens with their ids.",
	too_many_tokens: "Remove a token that is no longer needed.",
	token_revoked: "Create another token, and give the overlay its new address: livekeeper tokens add --name <name>.",
	sound_not_found: "GET /api/v1/sounds lists the sounds with their ids.",
	too_many_sounds: "Delete a sound that is no longer needed.",
	sound_too_large: "Cut it to a few seconds, or save it as mp3 or ogg.",
	unsupported_sound: "Save the sound as mp3, ogg or wav.",
	image_host_not_allowed: "Use a picture's address exactly as an event gives it.",
	image_unavailable: "Show something else in its place; Douyin may serve it again later.",
	not_found: "The API's routes are listed at /docs.",
	method_not_allowed: "Use one of the methods that the Allow header lists.",
	payload_too_large: "Send less, or raise body_limit.",
	unsupported_media_type: "Send the body as JSON with the header content-type: application/json.",
	too_many_requests: "Wait as long as the Retry-After header says, or raise rate_limit.",
	too_many_readers: "Try again later, close clients that are no longer needed, or raise max_readers.",
	too_many_joins: "Leave a room first, join some over another connection, or raise max_rooms_per_socket.",
	too_many_exports: "Wait until another export has ended.",
	parquet_unavailable: "Install @duckdb/node-api where livekeeper is installed, or export as csv or jsonl.",
	export_overtaken: "Export again from a later time, or keep messages longer.",
	export_failed:
		"Check the free space in the folder for temporary files (TMPDIR), or export as csv or jsonl, which need none.",
	backup_running: "Wait until it has finished: GET /api/v1/backup shows its progress.",
	backup_failed: "Free some space on the data folder's disk, where the backup is stored until it is sent.",
	internal: "This is an error in the service itself: its log has the details under the request's id.",
	slow_reader: "Read faster, join with batch: true for fewer packets, or raise reader_stall_ms.",
	cannot_write_file: "Check the path, its permissions and the free space, or choose another file with --output.",
	update_failed:
		"The previous version is unchanged and still starts as usual. If you use npm or a container, update livekeeper the way you installed it.",
	invalid_site_profile:
		"Correct what the error names, or start again from `livekeeper site profile`; the manual describes the fields.",
	invalid_config: "Correct the options that the error names; `livekeeper serve --help` lists them all.",
	api_key_required:
		"Set api_key (LIVEKEEPER_API_KEY, --api-key), or use host 127.0.0.1 and list the origins of your own pages only.",
	port_in_use: "Stop the other program, or choose another port (LIVEKEEPER_PORT, --port).",
	cannot_listen: "Check host and port; ports below 1024 need privileges that most users lack.",
	storage_failing:
		"GET /health/ready names the fault (disk full, read-only, locked, not answering, NATS unreachable); storing resumes automatically once it is fixed.",
	storage_closed: "The service is stopping: try again once it has been restarted.",
	import_refused: 'The "Cluster" chapter of the manual says what can be imported, and where to.',
	nats_unreachable:
		"Check the addresses of the NATS servers, that they are running, and that this machine can reach them.",
	nats_refused:
		"Check nats_user and nats_password, nats_token or nats_creds; with TLS also nats_ca, nats_cert and nats_key.",
	nats_too_old: "Install a newer nats-server (Debian 13 ships with 2.10.27), on every server of the cluster.",
	nats_unsuitable: "Start nats-server with JetStream (-js), on at least as many servers as there are replicas.",
	storage_unwritable: "Give the service a writable folder (LIVEKEEPER_DATA_DIR, --data-dir) on a disk with free space.",
	database_locked: "Stop the other livekeeper that uses this data folder, or give each its own (LIVEKEEPER_DATA_DIR).",
	database_other_version:
		"Use the version of livekeeper that wrote this database; its `livekeeper export` saves the messages to files. To use this version, move the file away or choose another data folder.",
	database_foreign: "Move the file away, or give livekeeper another data folder (LIVEKEEPER_DATA_DIR).",
	secret_unusable:
		"Restore secret.key from a backup, or move it away: a new one is created, and cookies must be entered again.",
	system_service_failed:
		"The output above shows the reason; --dry-run lists all steps, so that you can do them by hand.",
	server_unreachable: "Start the service with `livekeeper serve`, or choose another one with --url.",
};
