import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { type Party, partyOf } from "./reader-budget.ts";
import { SharedPlaces } from "./shared-places.ts";

const stranger = (address: string) => partyOf("stranger", address);
const token = (id: string, address: string) => partyOf(`token ${id}`, address);
const owner = partyOf("owner", "1.1.1.1");

/** Returns how many places a party gets before it is refused. */
function takeAll(places: SharedPlaces, party: Party, cut?: () => void): number {
	let taken = 0;
	while (taken < 10_000 && places.take(party, cut)) taken++;
	return taken;
}

test("halves the free places per party, except for the owner", () => {
	const places = new SharedPlaces(100);
	expect(takeAll(places, token("a", "1.1.1.1"))).toBe(50);
	expect(takeAll(places, token("a", "2.2.2.2"))).toBe(0);
	expect(takeAll(places, token("b", "1.1.1.1"))).toBe(0);
	expect(takeAll(places, token("b", "2.2.2.2"))).toBe(25);
	expect(takeAll(places, owner)).toBe(25);
	expect(places.taken).toBe(100);
});

test("frees a place that is given back, only once", () => {
	const places = new SharedPlaces(2);
	const giveBack = places.take(stranger("a"));
	expect([places.take(stranger("a")), places.taken]).toEqual([undefined, 1]);
	giveBack?.();
	giveBack?.();
	expect(places.taken).toBe(0);
	expect(places.take(stranger("a"))).toBeDefined();
});

test("takes back the oldest place of the greediest party", () => {
	const places = new SharedPlaces(4);
	const [first, second] = [vi.fn(), vi.fn()];
	places.take(stranger("a"), first);
	places.take(stranger("a"), second);
	places.take(stranger("b"), vi.fn());
	places.take(stranger("c"), vi.fn());
	expect(places.hasPlaceFor(stranger("a"))).toBe(false);
	expect(places.take(stranger("d"), vi.fn())).toBeDefined();
	expect([first.mock.calls.length, second.mock.calls.length, places.taken]).toEqual([1, 0, 4]);
	expect(places.hasPlaceFor(stranger("e"))).toBe(false);
});

const parties = fc.oneof(
	fc.constant(owner),
	fc.integer({ min: 0, max: 6 }).map((n) => stranger(`s${n}`)),
	fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })).map(([t, n]) => token(`${t}`, `s${n}`)),
);
const steps = fc.array(
	fc.record({ party: parties, canBeCut: fc.boolean(), goes: fc.option(fc.nat(), { nil: undefined }) }),
	{ maxLength: 200 },
);

test("never overcommits, nor refuses a party beside a greedier one", () => {
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 20 }), steps, (max, comings) => {
			const places = new SharedPlaces(max);
			const held: { party: Party; canBeCut: boolean; giveBack: () => void }[] = [];
			const count = ({ who, network }: Party) => {
				if (who === "owner") return 0;
				const ofAddress = held.filter(({ party }) => party.who !== "owner" && party.network === network).length;
				return Math.max(ofAddress, who === "stranger" ? 0 : held.filter(({ party }) => party.who === who).length);
			};
			for (const { party, canBeCut, goes } of comings) {
				const [gone] = goes === undefined || held.length === 0 ? [] : held.splice(goes % held.length, 1);
				gone?.giveBack();
				const before = held.map((one) => ({ ...one, count: count(one.party) }));
				const own = count(party);
				const one = { party, canBeCut, giveBack: () => undefined as unknown };
				const cut = () => void held.splice(held.indexOf(one as never), 1);
				const expected = places.hasPlaceFor(party);
				const giveBack = places.take(party, canBeCut ? cut : undefined);
				expect(giveBack !== undefined).toBe(expected);
				if (giveBack) held.push(Object.assign(one, { giveBack }));
				else {
					// Its share is used up, and no party that could give up a place has more than it would have then.
					expect(own >= max - before.length).toBe(true);
					expect(before.every((other) => !other.canBeCut || other.count <= own + 1)).toBe(true);
				}
				expect(places.taken).toBe(held.length);
				expect(held.length).toBeLessThanOrEqual(max);
			}
		}),
	);
});
