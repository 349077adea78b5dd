import type { Clock } from "@livekeeper/douyin";
import { type AddressPolicy, isAnyAddress, isLoopbackAddress, isPublicAddress } from "./addresses.ts";
import type { Preset } from "./presets/preset.ts";
import type { Outgoings } from "./target-renderer.ts";
import { Inbound } from "./transports/inbound.ts";
import { Transports } from "./transports/transports.ts";

/** Addresses that the owner allows targets to reach, beyond public ones. */
export interface Reach {
	/** Whether every address is allowed. */
	allowPrivate: boolean;
	/** Whether this machine is allowed, for presets of tools that run on it. */
	allowLoopback: boolean;
}

/** Allows everything, for users whose receivers are in their own network. */
export const anywhere: Reach = { allowPrivate: true, allowLoopback: true };

/** Returns the addresses allowed for a preset's targets. */
export function policyOf(
	{ allowPrivate, allowLoopback }: Reach,
	{ loopback }: Pick<Preset<unknown>, "loopback">,
): AddressPolicy {
	if (allowPrivate) return isAnyAddress;
	return loopback && allowLoopback
		? (address) => isPublicAddress(address) || isLoopbackAddress(address)
		: isPublicAddress;
}

/** Creates the transports to receivers. */
export function openOutgoings(clock: Clock, reach: Reach, userAgent = "livekeeper"): Outgoings {
	const shared = { clock, userAgent, inbound: new Inbound(clock) };
	const strict = new Transports({ ...shared, allows: policyOf(reach, {}) });
	const local = new Transports({ ...shared, allows: policyOf(reach, { loopback: true }) });
	return {
		to: ({ loopback }) => (loopback ? local : strict),
		close() {
			strict.close();
			local.close();
		},
	};
}
