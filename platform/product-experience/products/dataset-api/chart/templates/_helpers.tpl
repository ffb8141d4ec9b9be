{{/* The name of all objects: the release's, which ends with the chart's name or gets it. */}}
{{- define "dataset-api.name" -}}
{{- if hasSuffix .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "dataset-api.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (include "dataset-api.name" .) -}}
{{- end -}}

{{/* What selects the pods: it never changes. */}}
{{- define "dataset-api.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "dataset-api.labels" -}}
{{ include "dataset-api.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}
