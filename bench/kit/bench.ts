/** Result of a side in one round. */
export interface Measured {
	/** Counts and totals of its work. Sides of a round with the same name here must have done the same amount. */
	did: Readonly<Record<string, number>>;
	/** Measured costs, by the name of the measure. */
	took: Readonly<Record<string, number>>;
}

export type Side = () => Promise<Measured> | Measured;

/** A bench that is ready to run. */
export interface Prepared {
	/** Sides that take turns, by name. */
	sides: Readonly<Record<string, Side>>;
	close?: () => Promise<void> | void;
}

/** One line of the table. */
export interface Figure {
	/** Name, unique among all figures. */
	name: string;
	/** Description of the measured work, and its unit of division. */
	what: string;
	/** Name of the side's measure. */
	measure: string;
	/** Unit of that measure. */
	unit: string;
	/** The side whose measure is the figure, unless it is related to another side. */
	of: string;
	/** The figure is the ratio of the two sides. */
	dividedBy?: string;
	/** The figure is the excess of `of` over this side. */
	above?: string;
	better: "lower" | "higher";
	goal?: number;
	/** Whether `npm test` compares it with the committed figure: only for those that are stable on a loaded machine. */
	ci?: true;
}

/** Figures that are measured together. */
export interface Bench {
	name: string;
	figures: readonly Figure[];
	rounds: number;
	/** Number of rounds that do not count, for the compiler to warm up. Default 1. */
	warmUps?: number;
	/**
	 * Prepares everything; runs in a process of its own.
	 * @param scale factor of times and amounts, 1 for the real ones; smaller for a short look
	 */
	prepare(scale: number): Promise<Prepared>;
}

/** Measured costs of each side in each round, by side and measure. */
export type Rounds = Readonly<Record<string, readonly Measured["took"][]>>;
