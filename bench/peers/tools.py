"""What each tool runs for one explanation. Every network is prepared as the tool's own documentation says."""

import types

import torch
from captum.attr import LRP
from captum.attr._utils.lrp_rules import Alpha1_Beta0_Rule, EpsilonRule, IdentityRule
from torchvision.models.densenet import DenseNet
from torchvision.models.efficientnet import MBConv
from torchvision.models.mobilenetv2 import InvertedResidual, MobileNetV2
from zennit.attribution import Gradient
from zennit.canonizers import AttributeCanonizer, NamedMergeBatchNorm, SequentialMergeBatchNorm
from zennit.composites import LayerMapComposite, SpecialFirstLayerMapComposite, layer_map_base
from zennit.layer import Sum
from zennit.rules import Epsilon, ZBox, ZPlus
from zennit.torchvision import ResNetCanonizer
from zennit.types import Convolution

stabilizer = 1e-6


def forward(network, name, picture, low, high):
    """The framework's own forward pass."""

    def run():
        with torch.inference_mode():
            return network(picture)

    return run


def zennit_deep_taylor(network, name, picture, low, high):
    """z-plus everywhere and z-box where the picture is read, biases left out: deep Taylor, but for max pooling."""
    bounds = {'low': torch.full_like(picture[:1], low), 'high': torch.full_like(picture[:1], high)}
    rest = {'stabilizer': stabilizer, 'zero_params': ['bias']}
    return zennit(network, name, picture, SpecialFirstLayerMapComposite(
        layer_map=layer_map_base(stabilizer) + [((Convolution, torch.nn.Linear), ZPlus(**rest))],
        first_map=[(Convolution, ZBox(**bounds, **rest))],
        canonizers=canonizers(network, name),
    ))


def zennit_epsilon(network, name, picture, low, high):
    """The epsilon rule on every layer."""
    return zennit(network, name, picture, LayerMapComposite(
        layer_map=layer_map_base(stabilizer) + [((Convolution, torch.nn.Linear), Epsilon(epsilon=stabilizer))],
        canonizers=canonizers(network, name),
    ))


def zennit(network, name, picture, composite):
    """Hooks and merged batch norms are put in place once, before the clock runs."""
    not_in_place(network)
    attributor = Gradient(model=network, composite=composite).__enter__()
    without_eps(network)

    def start(output):
        best = output.argmax(1, keepdim=True)
        return torch.zeros_like(output).scatter(1, best, output.gather(1, best))

    def run():
        data = picture.clone().requires_grad_()
        return attributor(data, start)[1].detach()

    return run


def without_eps(network):
    """Zennit 0.5.1 leaves a merged batch norm's eps in place, though the convolution has it already."""
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d) and bool((module.running_var == 1).all()):
            module.eps = 0.0


def canonizers(network, name):
    """Batch norms merged into the convolutions before them; residual sums as modules, which rules can be given to."""
    if name.startswith('resnet'):
        return [ResNetCanonizer()]
    if name == 'densenet121':
        # By name: in the order of modules, a layer's last convolution would be merged with the next layer's first norm.
        names = dict(network.named_modules())
        pairs = [([key.replace('norm2', 'conv1')], key) for key in names if key.endswith('norm2')]
        return [NamedMergeBatchNorm([(['features.conv0'], 'features.norm0'), *pairs]), AttributeCanonizer(modular)]
    return [SequentialMergeBatchNorm(), AttributeCanonizer(modular)]


def modular(name, module):
    """As zennit.torchvision does for ResNet: what is a function in torchvision (sums, poolings) as a module that gets a rule."""

    def residual(self, x):
        inner = self.conv(x) if isinstance(self, InvertedResidual) else self.block(x)
        return self.canonizer_sum(torch.stack([x, inner], dim=-1)) if self.use_res_connect else inner

    def pooled(self, x):
        maps = self.features(x)
        if isinstance(self, DenseNet):
            maps = torch.nn.functional.relu(maps)
        return self.classifier(torch.flatten(self.canonizer_pool(maps), 1))

    if isinstance(module, (InvertedResidual, MBConv)):
        return {'forward': types.MethodType(residual, module), 'canonizer_sum': Sum()}
    if isinstance(module, (MobileNetV2, DenseNet)):
        return {'forward': types.MethodType(pooled, module), 'canonizer_pool': torch.nn.AdaptiveAvgPool2d(1)}
    return None


def captum_deep_taylor(network, name, picture, low, high):
    """Captum's "Alpha1_Beta0_Rule … also known as Deep-Taylor" where there are weights, batch norms passed through."""
    return captum(network, picture, lambda module: rule_with_weights(module))


def captum_epsilon(network, name, picture, low, high):
    """Captum's default, the epsilon rule, with our epsilon."""
    supported = (torch.nn.Conv2d, torch.nn.Linear, torch.nn.BatchNorm2d)
    return captum(network, picture, lambda module: EpsilonRule(stabilizer) if isinstance(module, supported) else None)


def rule_with_weights(module):
    if isinstance(module, (torch.nn.Conv2d, torch.nn.Linear)):
        return Alpha1_Beta0_Rule(set_bias_to_zero=True)
    return IdentityRule() if isinstance(module, torch.nn.BatchNorm2d) else None


def captum(network, picture, rule_of):
    """Captum takes the rules off after every explanation, so giving them is part of one."""
    not_in_place(network)
    explainer = LRP(network)
    with torch.inference_mode():
        best = network(picture).argmax(1)
    target = best.clone()

    def run():
        for module in network.modules():
            rule = rule_of(module)
            if rule is not None:
                module.rule = rule
        return explainer.attribute(picture.clone(), target=target).detach()

    return run


def not_in_place(network):
    """Hooks do not go with activations that overwrite their input."""
    for module in network.modules():
        if hasattr(module, 'inplace'):
            module.inplace = False


tools = {
    'PyTorch forward': forward,
    'Zennit deep-taylor': zennit_deep_taylor,
    'Captum deep-taylor': captum_deep_taylor,
    'Zennit epsilon': zennit_epsilon,
    'Captum epsilon': captum_epsilon,
}
