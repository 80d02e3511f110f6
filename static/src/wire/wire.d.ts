// Made by static/wire_types.py from speedboat/domain: do not edit.

export interface Patch {
  since: number;
  to: number;
  put: Array<WorkshopRecord | PersonRecord | CardRecord | ThemeRecord | VoteRecord | EstimateRecord | LinkRecord | ActionRecord>;
  remove: Array<string>;
}

export interface WorkshopRecord {
  type: "workshop";
  id: string;
  seq: number;
  title: string;
  objective: string;
  phase: "act" | "closed" | "cut" | "discuss" | "group" | "share" | "vote" | "welcome" | "write";
  kinds_open: Array<"anchor" | "shark" | "wind">;
  prompts: Partial<Record<"anchor" | "shark" | "wind", string>>;
  timer: Timer | null;
  focus: string | null;
  locked: boolean;
  door: "approve" | "closed" | "open" | "passphrase";
  settings: Settings;
  progress: Progress;
  shared?: boolean;
  shared_from?: number;
  shared_until?: number;
  purge_on?: string;
  keeps_figures?: boolean;
  purged_on?: string;
}

export interface PersonRecord {
  type: "person";
  id: string;
  seq: number;
  name: string;
  role: "facilitator" | "participant";
  ready?: boolean;
  waiting?: boolean;
  removed?: boolean;
}

export interface CardRecord {
  type: "card";
  id: string;
  seq: number;
  kind: "anchor" | "shark" | "wind";
  x: number;
  y: number;
  weight: number;
  text?: string;
  agrees?: number;
  theme?: string;
  author?: string;
  mine?: boolean;
  agreed?: boolean;
  held?: string;
  deleted?: boolean;
  for?: string;
  note?: string;
  unread?: boolean;
}

export interface ThemeRecord {
  type: "theme";
  id: string;
  seq: number;
  title: string;
  note?: string;
  deleted?: boolean;
}

export interface VoteRecord {
  type: "vote";
  id: string;
  seq: number;
  target: string;
  mine: number;
  total?: number;
}

export interface EstimateRecord {
  type: "estimate";
  id: string;
  seq: number;
  target: string;
  mine?: number;
  n?: number;
  median?: number;
  low?: number;
  high?: number;
}

export interface LinkRecord {
  type: "link";
  id: string;
  seq: number;
  wind: string;
  brake: string;
}

export interface ActionRecord {
  type: "action";
  id: string;
  seq: number;
  text: string;
  state: "accepted" | "done" | "proposed";
  owner?: string;
  due?: string;
  theme?: string;
  from?: string;
}

export interface Timer {
  ends?: number;
  left?: number;
}

export interface Settings {
  anonymous: boolean;
  votes_each: number;
  votes_per_theme: number;
  minutes_per_theme: number;
  free: boolean;
  one_phone_one_person: boolean;
  language: "en" | "fr";
}

export interface Progress {
  ready: number;
  voted: number;
  estimated: number;
  of: number;
  placed: number;
  over: number;
}

export type AnyRecord =
  | WorkshopRecord
  | PersonRecord
  | CardRecord
  | ThemeRecord
  | VoteRecord
  | EstimateRecord
  | LinkRecord
  | ActionRecord;

export interface AddCardCommand {
  name: "add_card";
  id: string;
  card: string;
  kind: "anchor" | "shark" | "wind";
  text: string;
  x?: number;
  y?: number;
  weight?: number;
  anonymous?: boolean;
  for?: string;
}

export interface EditCardCommand {
  name: "edit_card";
  id: string;
  card: string;
  text: string;
  base?: number;
}

export interface DeleteCardCommand {
  name: "delete_card";
  id: string;
  card: string;
}

export interface RestoreCardCommand {
  name: "restore_card";
  id: string;
  card: string;
}

export interface MoveCardCommand {
  name: "move_card";
  id: string;
  card: string;
  x: number;
  y: number;
}

export interface WeighCardCommand {
  name: "weigh_card";
  id: string;
  card: string;
  weight: number;
}

export interface ChangeKindCommand {
  name: "change_kind";
  id: string;
  card: string;
  kind: "anchor" | "shark" | "wind";
  x?: number;
  y?: number;
}

export interface AgreeCommand {
  name: "agree";
  id: string;
  card: string;
}

export interface DisagreeCommand {
  name: "disagree";
  id: string;
  card: string;
}

export interface TakeBackCommand {
  name: "take_back";
  id: string;
  record?: string;
}

export interface RewordCommand {
  name: "reword";
  id: string;
  target: string;
  text: string;
}

export interface WithdrawCommand {
  name: "withdraw";
  id: string;
}

export interface ErasePersonCommand {
  name: "erase_person";
  id: string;
  person: string;
}

export interface EraseByNameCommand {
  name: "erase_by_name";
  id: string;
  first_name: string;
}

export interface AddThemeCommand {
  name: "add_theme";
  id: string;
  theme: string;
  title: string;
  cards?: Array<string>;
}

export interface RenameThemeCommand {
  name: "rename_theme";
  id: string;
  theme: string;
  title: string;
}

export interface PutInThemeCommand {
  name: "put_in_theme";
  id: string;
  card: string;
  theme: string | null;
}

export interface MergeThemesCommand {
  name: "merge_themes";
  id: string;
  theme: string;
  into: string;
}

export interface SplitThemeCommand {
  name: "split_theme";
  id: string;
  theme: string;
  new: string;
  title: string;
  cards: Array<string>;
}

export interface DeleteThemeCommand {
  name: "delete_theme";
  id: string;
  theme: string;
}

export interface RestoreThemeCommand {
  name: "restore_theme";
  id: string;
  theme: string;
}

export interface VoteCommand {
  name: "vote";
  id: string;
  target: string;
  count: number;
}

export interface EstimateCommand {
  name: "estimate";
  id: string;
  target: string;
  knots: number | null;
}

export interface LinkCommand {
  name: "link";
  id: string;
  wind: string;
  brake: string;
}

export interface UnlinkCommand {
  name: "unlink";
  id: string;
  wind: string;
  brake: string;
}

export interface FocusCommand {
  name: "focus";
  id: string;
  target: string | null;
}

export interface NoteCommand {
  name: "note";
  id: string;
  target: string;
  text: string;
}

export interface AddActionCommand {
  name: "add_action";
  id: string;
  action: string;
  text: string;
  owner?: string | null;
  due?: string | null;
  theme?: string | null;
}

export interface EditActionCommand {
  name: "edit_action";
  id: string;
  action: string;
  text?: string;
  owner?: string | null;
  due?: string | null;
  theme?: string | null;
  state?: "accepted" | "done";
}

export interface DeleteActionCommand {
  name: "delete_action";
  id: string;
  action: string;
}

export interface RestoreActionCommand {
  name: "restore_action";
  id: string;
  action: string;
}

export interface AcceptActionCommand {
  name: "accept_action";
  id: string;
  action: string;
}

export interface ReadyCommand {
  name: "ready";
  id: string;
  ready: boolean;
}

export interface RemovePersonCommand {
  name: "remove_person";
  id: string;
  person: string;
}

export interface RenameMeCommand {
  name: "rename_me";
  id: string;
  new_name: string;
}

export interface RenamePersonCommand {
  name: "rename_person";
  id: string;
  person: string;
  new_name: string;
}

export interface RenewKeyCommand {
  name: "renew_key";
  id: string;
}

export interface SetDoorCommand {
  name: "set_door";
  id: string;
  door: "approve" | "closed" | "open" | "passphrase";
  passphrase?: string;
}

export interface AdmitPersonCommand {
  name: "admit_person";
  id: string;
  person: string;
}

export interface RefusePersonCommand {
  name: "refuse_person";
  id: string;
  person: string;
}

export interface SetPhaseCommand {
  name: "set_phase";
  id: string;
  phase: "act" | "closed" | "cut" | "discuss" | "group" | "share" | "vote" | "welcome" | "write";
}

export interface OpenKindsCommand {
  name: "open_kinds";
  id: string;
  kinds: Array<"anchor" | "shark" | "wind">;
}

export interface SetPromptCommand {
  name: "set_prompt";
  id: string;
  kind: "anchor" | "shark" | "wind";
  text: string;
}

export interface RevealCommand {
  name: "reveal";
  id: string;
  cards?: Array<string>;
}

export interface HoldCardCommand {
  name: "hold_card";
  id: string;
  card: string;
  reason: string;
}

export interface ReleaseCardCommand {
  name: "release_card";
  id: string;
  card: string;
}

export interface LockCommand {
  name: "lock";
  id: string;
  locked: boolean;
}

export interface ChangeSettingsCommand {
  name: "change_settings";
  id: string;
  anonymous?: boolean;
  votes_each?: number;
  votes_per_theme?: number;
  minutes_per_theme?: number;
  free?: boolean;
  one_phone_one_person?: boolean;
  language?: "en" | "fr";
}

export interface RenameWorkshopCommand {
  name: "rename_workshop";
  id: string;
  title?: string;
  objective?: string;
}

export interface SetTimerCommand {
  name: "set_timer";
  id: string;
  seconds: number | null;
}

export interface PauseTimerCommand {
  name: "pause_timer";
  id: string;
}

export interface ResumeTimerCommand {
  name: "resume_timer";
  id: string;
}

export interface ExtendTimerCommand {
  name: "extend_timer";
  id: string;
  seconds: number;
}

export interface ShareSummaryCommand {
  name: "share_summary";
  id: string;
  shared: boolean;
  wait?: number;
  days?: number;
}

export interface SetPurgeDateCommand {
  name: "set_purge_date";
  id: string;
  on: string | null;
  keeps_figures?: boolean;
}

export type AnyCommand =
  | AddCardCommand
  | EditCardCommand
  | DeleteCardCommand
  | RestoreCardCommand
  | MoveCardCommand
  | WeighCardCommand
  | ChangeKindCommand
  | AgreeCommand
  | DisagreeCommand
  | TakeBackCommand
  | RewordCommand
  | WithdrawCommand
  | ErasePersonCommand
  | EraseByNameCommand
  | AddThemeCommand
  | RenameThemeCommand
  | PutInThemeCommand
  | MergeThemesCommand
  | SplitThemeCommand
  | DeleteThemeCommand
  | RestoreThemeCommand
  | VoteCommand
  | EstimateCommand
  | LinkCommand
  | UnlinkCommand
  | FocusCommand
  | NoteCommand
  | AddActionCommand
  | EditActionCommand
  | DeleteActionCommand
  | RestoreActionCommand
  | AcceptActionCommand
  | ReadyCommand
  | RemovePersonCommand
  | RenameMeCommand
  | RenamePersonCommand
  | RenewKeyCommand
  | SetDoorCommand
  | AdmitPersonCommand
  | RefusePersonCommand
  | SetPhaseCommand
  | OpenKindsCommand
  | SetPromptCommand
  | RevealCommand
  | HoldCardCommand
  | ReleaseCardCommand
  | LockCommand
  | ChangeSettingsCommand
  | RenameWorkshopCommand
  | SetTimerCommand
  | PauseTimerCommand
  | ResumeTimerCommand
  | ExtendTimerCommand
  | ShareSummaryCommand
  | SetPurgeDateCommand;

/** A command of an inverse: as it is sent, but for its id. */
export type Inverse = AnyCommand extends infer C ? (C extends AnyCommand ? Omit<C, "id"> : never) : never;

export interface ErrorAnswer {
  code: string;
  message: string;
  field?: string;
  [detail: string]: unknown;
}

/** `key` answers renew_key, `secret` share_summary, `erased_by` take_back in an anonymous workshop. */
export type Answer =
  | { ok: true; seq: number; inverse?: Array<Inverse>; key?: string; secret?: string; erased_by?: number }
  | { ok: false; error: ErrorAnswer };
