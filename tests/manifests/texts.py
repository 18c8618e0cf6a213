"""Small files of each shape, with the daemon's variables where the shape has them."""

import json
from collections.abc import Mapping
from textwrap import dedent, indent

Env = Mapping[str, str]


def quoted(text: str) -> str:
    """A text as a double-quoted scalar of YAML and JSON, safe for every text."""
    return json.dumps(text, ensure_ascii=False)


def env_list(env: Env) -> str:
    """A list of name and value, one line each."""
    lines = [f"- {{name: {quoted(name)}, value: {quoted(text)}}}" for name, text in env.items()]
    return "\n".join(lines) or "[]"


def env_mapping(env: Env) -> str:
    """A mapping of name to value, one line each."""
    return "\n".join(f"{quoted(name)}: {quoted(text)}" for name, text in env.items()) or "{}"


def daemon_set(env: Env, *, name: str = "aws-node", pod: str = "", container: str = "") -> str:
    """A DaemonSet with an init container; `pod` and `container` are further lines of each."""
    head = f"""\
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {{name: {name}, namespace: kube-system}}
        spec:
          template:
            spec:
              initContainers:
              - name: aws-vpc-cni-init
                image: registry/amazon-k8s-cni-init:v1.23.1
                env:
                - {{name: ENABLE_IPv6, value: "true"}}
        """
    text = dedent(head)
    if pod:
        text += indent(dedent(pod).rstrip() + "\n", " " * 6)
    text += indent("containers:\n- name: aws-node\n", " " * 6)
    if container:
        text += indent(dedent(container).rstrip() + "\n", " " * 8)
    return text + " " * 8 + "env:\n" + indent(f"{env_list(env)}\n", " " * 10)


def config_map(data: Env, *, name: str = "tuning", namespace: str = "kube-system") -> str:
    """A ConfigMap."""
    head = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: {namespace}}}\n"
    return head + "data:\n" + indent(env_mapping(data) + "\n", "  ")


def documents(*texts: str) -> str:
    """Several documents in one file."""
    return "---\n".join(text if text.endswith("\n") else f"{text}\n" for text in texts)


CLUSTER = """\
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: {name: demo, region: eu-west-1}
addons:
- name: coredns
- name: vpc-cni
  configurationValues: |-

    env:
      WARM_IP_TARGET: "5"
managedNodeGroups:
- name: small
  instanceType: t3.medium
  labels: {pool: cheap}
- name: big
  instanceTypes: [m5.4xlarge, m5a.4xlarge, m5.4xlarge]
  maxPodsPerNode: 110
nodeGroups:
- name: mixed
  instanceType: mixed
  instancesDistribution:
    instanceTypes: [c5.large]
  kubeletExtraConfig: {maxPods: 20}
- name: windows
  amiFamily: WindowsServer2022FullContainer
  instanceType: m5.large
"""

KARPENTER = """\
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {name: general}
spec:
  template:
    spec:
      nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: default}
      requirements:
      - {key: karpenter.sh/capacity-type, operator: In, values: [spot]}
      - {key: node.kubernetes.io/instance-type, operator: In, values: [c5.xlarge, m5.xlarge]}
---
apiVersion: karpenter.k8s.aws/v1
kind: EC2NodeClass
metadata: {name: default}
spec:
  kubelet: {maxPods: 40}
"""
