interface FieldProps {
  readonly label: string;
  readonly id: string;
  readonly value: string;
  readonly maxLength: number;
  readonly isRequired?: boolean;
  readonly hint: string;
  readonly onInput: (value: string) => void;
}

/** A line of text to fill in, with its label and a hint. */
export function Field({
  label,
  id,
  value,
  maxLength,
  isRequired = false,
  hint,
  onInput,
}: FieldProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        value={value}
        maxLength={maxLength}
        required={isRequired}
        autoComplete="off"
        autoCapitalize="off"
        spellcheck={false}
        aria-describedby={hint === '' ? undefined : `${id}hint`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {hint !== '' && (
        <p class="quiet" id={`${id}hint`}>
          <bdi>{hint}</bdi>
        </p>
      )}
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly id: string;
  readonly value: string;
  readonly options: readonly string[];
  readonly onChoose: (value: string) => void;
}

/** One of several, with its label. */
export function Choice({ label, id, value, options, onChoose }: ChoiceProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </div>
  );
}
