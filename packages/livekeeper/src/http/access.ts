import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { LivekeeperError } from "@livekeeper/base/errors";
import { requestTexts, type Text } from "@livekeeper/base/text";
import type { Clock } from "@livekeeper/douyin";
import type { Logger } from "pino";
import { isTokenSecret, ownerScope, type Scope } from "../live/index.ts";
import { type Party, partyOf } from "../outputs/readers/index.ts";
import { RateLimit } from "./rate-limit.ts";
import {
	clientAddress,
	proxyTrust,
	type SourceOptions,
	type SourceRefusal,
	sourceCheck,
	type TrustedProxies,
} from "./request-source.ts";

export interface AccessOptions extends SourceOptions {
	/** Maximum number of requests per minute for one party; 0: no limit. */
	rateLimit: number;
	trustProxy: TrustedProxies;
	/** Returns the permissions of an overlay token; `undefined` if it is not one. */
	openToken: (secret: string) => Scope | undefined;
	clock: Clock;
	logger: Pick<Logger, "warn">;
}

/** A client that was admitted. */
export interface Admitted {
	scope: Scope;
	party: Party;
}

/**
 * Admission to the service, shared by HTTP, server-sent events, Socket.IO and WebSocket. For each address, requests are
 * counted separately for the owner, for each overlay token, for strangers, and for refused ones: none takes anything
 * from another. Past the limit each gets `too_many_requests`; the right key is accepted whatever was refused before.
 */
export interface Access {
	/** Returns the key of an `Authorization: Bearer …` header. */
	bearerKey(header: string | undefined): string | undefined;
	/** Returns the key of an upgrade or a session: browsers send it in the name of a sub-protocol, or in the query. */
	connectionKey(request: IncomingMessage): string | undefined;
	/**
	 * Refuses requests that no key can permit: those with a foreign host name, and those that other sites' pages make
	 * their visitors' browsers send. Call it before anything else is done for a request.
	 * @throws LivekeeperError `forbidden_host`, `forbidden_origin`, `too_many_requests`
	 */
	checkSource(request: IncomingMessage): void;
	/**
	 * Counts a request that requires no key, and returns its party: a valid key counts as its owner's.
	 * @throws LivekeeperError `too_many_requests`
	 */
	count(request: IncomingMessage, key: string | undefined): Party;
	/**
	 * Admits every other request: the API key permits everything, an overlay token permits its purpose.
	 * @param key API key or token as presented
	 * @throws LivekeeperError whatever `checkSource` throws, and `unauthorized`
	 */
	admit(request: IncomingMessage, key: string | undefined): Admitted;
	/**
	 * Counts a request that a route has refused itself, with the error `refused`.
	 * @throws LivekeeperError `too_many_requests` past the limit
	 */
	countRefused(request: IncomingMessage, refused: LivekeeperError): void;
}

export function createAccess(options: AccessOptions): Access {
	const { rateLimit, clock } = options;
	const trusts = proxyTrust(options.trustProxy);
	const requests = new RateLimit(rateLimit, clock);
	const keyOpens = keyCheck(options.apiKey);
	const sourceProblem = sourceCheck(options);

	const logOrigin = originLogger(options.logger);

	function countRefused(request: IncomingMessage, { text }: Pick<SourceRefusal, "text">): void {
		const retryAfterS = requests.take(partyOf("refused", clientAddress(request, trusts)));
		if (retryAfterS === undefined) return;
		throw tooMany(requestTexts.refusedTooOften(text, rateLimit), retryAfterS, true);
	}
	function refuse(request: IncomingMessage, { code, text, hint }: SourceRefusal): never {
		countRefused(request, { text });
		throw new LivekeeperError(code, text, hint && { hint });
	}
	function scopeOf(key: string | undefined): Scope | undefined {
		if (keyOpens(key)) return ownerScope;
		return key === undefined ? undefined : options.openToken(key);
	}
	function countAs(who: Party["who"], request: IncomingMessage): Party {
		const party = partyOf(who, clientAddress(request, trusts));
		const retryAfterS = requests.take(party);
		if (retryAfterS !== undefined) throw tooMany(requestTexts.tooMany(rateLimit), retryAfterS, false);
		return party;
	}
	function checkSource(request: IncomingMessage): void {
		const problem = sourceProblem(request);
		if (!problem) return;
		logOrigin(problem);
		refuse(request, problem);
	}
	return {
		bearerKey,
		connectionKey,
		checkSource,
		countRefused,
		count: (request, key) => countAs(scopeOf(key)?.who ?? "stranger", request),
		admit(request, key) {
			checkSource(request);
			const scope = scopeOf(key);
			if (!scope) refuse(request, { code: "unauthorized", text: whatIsWrong(key) });
			return { scope, party: countAs(scope.who, request) };
		},
	};
}

function tooMany(text: Text, retryAfterS: number, hangUp: boolean): LivekeeperError {
	return new LivekeeperError("too_many_requests", text, { retryAfterS, hangUp });
}

function bearerKey(header: string | undefined): string | undefined {
	return /^bearer +(\S+)\s*$/i.exec(header ?? "")?.[1];
}

/** Sub-protocol with a key, as hexadecimal UTF-8. Browsers can send a key only in such a name. */
const keyProtocol = /^livekeeper\.key\.((?:[0-9a-f]{2})+)$/;

function connectionKey({ url = "", headers }: IncomingMessage): string | undefined {
	const query = new URLSearchParams(url.split("?", 2)[1]);
	const names = (headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
	const [hex] = names.flatMap((name) => keyProtocol.exec(name)?.[1] ?? []);
	const ofProtocol = hex && Buffer.from(hex, "hex").toString();
	return bearerKey(headers.authorization) ?? ofProtocol ?? query.get("api_key") ?? query.get("token") ?? undefined;
}

function whatIsWrong(key: string | undefined): Text {
	if (isTokenSecret(key)) return requestTexts.wrongToken;
	return key ? requestTexts.wrongKey : requestTexts.keyNeeded;
}

/**
 * Returns a check that takes the same time for every wrong key. If no key is set, every client without a token is the
 * owner.
 */
function keyCheck(apiKey: string | undefined): (key: string | undefined) => boolean {
	if (apiKey === undefined) return (key) => !isTokenSecret(key);
	const expected = digest(apiKey);
	return (key) => key !== undefined && key !== "" && timingSafeEqual(digest(key), expected);
}

function digest(text: string): Buffer {
	return createHash("sha256").update(text).digest();
}

/** Maximum number of logged origins, because a program can make up any number of them. */
const maxOrigins = 50;

/** Returns a function that logs each refused origin once, with the setting that would admit its pages. */
function originLogger(logger: Pick<Logger, "warn">): (refusal: SourceRefusal) => void {
	const logged = new Set<string>();
	return ({ origin, text, hint }) => {
		if (origin === undefined || logged.has(origin) || logged.size >= maxOrigins) return;
		logged.add(origin);
		logger.warn({ event: "origin_refused", origin, why: text, hint });
	};
}
