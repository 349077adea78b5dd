/** What a side did in one round. */
export interface Measured {
	/** Counts and sums of its work. Sides of a round that have the same name here must have done equally much. */
	did: Readonly<Record<string, number>>;
	/** What it took, by the name of the measure. */
	took: Readonly<Record<string, number>>;
}

export type Side = () => Promise<Measured> | Measured;

/** A bench that is ready to run. */
export interface Prepared {
	/** What takes turns, by name. */
	sides: Readonly<Record<string, Side>>;
	close?: () => Promise<void> | void;
}

/** One line of the table. */
export interface Figure {
	/** Unique among all figures. */
	name: string;
	/** What is measured, and what it is divided by. */
	what: string;
	/** Which of its side's measures it is. */
	measure: string;
	/** The unit of that measure. */
	unit: string;
	/** The side, whose measure is the figure where it is related to no other side. */
	of: string;
	/** The figure is the ratio of the two sides. */
	dividedBy?: string;
	/** The figure is what `of` takes more than this side. */
	above?: string;
	better: "lower" | "higher";
	goal?: number;
	/** Compared with the committed figure by `npm test`: only what is stable on a loaded machine. */
	ci?: true;
}

/** Figures that are measured together. */
export interface Bench {
	name: string;
	figures: readonly Figure[];
	rounds: number;
	/** Rounds that do not count: they are the compiler's. Default 1. */
	warmUps?: number;
	/**
	 * Makes everything ready; runs in a process of its own.
	 * @param scale what times and amounts are multiplied by, 1 for the real ones: for a short look
	 */
	prepare(scale: number): Promise<Prepared>;
}

/** What each side took in each round, by side and measure. */
export type Rounds = Readonly<Record<string, readonly Measured["took"][]>>;
