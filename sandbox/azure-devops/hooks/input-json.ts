import type { Input } from './event-types.ts';

/** Source: InputDescriptor in specification/hooks/7.1, and its recorded examples */
export function inputJson({ id, name, values }: Input) {
  const isSecret = id === 'basicAuthPassword';
  const mode = values.length > 0 ? 'combo' : 'textBox';
  return {
    id,
    name,
    description: name,
    inputMode: isSecret ? 'passwordBox' : mode,
    isConfidential: isSecret,
    useInDefaultDescription: false,
    validation: { dataType: 'string', isRequired: ['url', 'projectId'].includes(id) },
    values: {
      defaultValue: '',
      possibleValues: values.map((value) => ({ value, displayValue: value })),
      isLimitedToPossibleValues: values.length > 0,
    },
  };
}
